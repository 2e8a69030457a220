/**
 * The pieces a message may come in follow from the one limit there is on its size: frames of a fragmented message, and reads
 * from the socket that wait until a frame is whole. Clients cut messages into frames of 4 KiB (Go) to 128 KiB (Chromium), a
 * slow line delivers 536 bytes at a time at the least; a peer that sends much smaller ones on average is not honest. One
 * costs about 800 bytes of heap however small it is, so they cost at most about three times the limit.
 */
const smallestPieceBytes = 256;

/** However small the limit, so that a short message may come byte by byte. */
const piecesMin = { fragments: 64, chunks: 1_024 };

/** Newer than the type declarations of `ws`; above them it closes with 1008, above `maxPayload` with 1009. */
export interface MessageBounds {
  readonly maxPayload: number;
  readonly maxFragments: number;
  readonly maxBufferedChunks: number;
}

export function messageBounds(messageMaxBytes: number): MessageBounds {
  const pieces = Math.ceil(messageMaxBytes / smallestPieceBytes);
  return {
    maxPayload: messageMaxBytes,
    maxFragments: piecesMin.fragments + pieces,
    maxBufferedChunks: piecesMin.chunks + pieces,
  };
}
