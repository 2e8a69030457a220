import type { Socket } from "node:net";
import { destroyAfterCloseTimeout } from "../../carriers/socket-deadline.ts";
import type { LineAnswer } from "./line-answers.ts";
import { type Line, LineReader } from "./line-reader.ts";

/**
 * Lines of one connection that are on their way, and their bytes. Four times as many push no faster (100 000 lines, 13 000 to 15 000 a
 * second either way), and are begun in one piece, for which clients of the gateway wait.
 */
const bounds = { lines: 256, bytes: 262_144 } as const;

interface Pending {
  readonly bytes: number;
  answer: LineAnswer | undefined;
}

/**
 * One connection: lines in, an answer to each out, in their order however long each takes.
 *
 * What it holds is bounded whatever the peer does: no line is begun while as many are on their way as may be, or while answers
 * wait that the peer does not take; and nothing more is read then, so a peer that goes on writing has to wait.
 *
 * A peer that ends its side has its lines answered first. `end` is for ours: what was begun is answered, the rest is left, and a line
 * without an answer was not pushed.
 */
export class Conversation {
  readonly #socket: Socket;
  readonly #answer: (line: Line) => Promise<LineAnswer>;
  readonly #reader: LineReader;
  readonly #pending: Pending[] = [];
  #pendingBytes = 0;
  #hasPeerEnded = false;
  #isEnding = false;
  #isFlushing = false;
  #lastWords = "";

  constructor(
    socket: Socket,
    { answer, lineMaxBytes }: { readonly answer: (line: Line) => Promise<LineAnswer>; readonly lineMaxBytes: number },
  ) {
    this.#socket = socket;
    this.#answer = answer;
    this.#reader = new LineReader(lineMaxBytes);
    socket.on("data", (piece: Buffer) => {
      this.#reader.give(piece);
      this.#goOn();
    });
    socket.on("drain", () => this.#goOn());
    socket.on("end", () => {
      this.#hasPeerEnded = true;
      this.#goOn();
    });
  }

  /**
   * Begins no further line. The socket closes when those that were begun are answered, or soon.
   *
   * @param lastWords a line of ours behind the last answer: to a peer that waits for one it is none, and says why
   */
  end(lastWords?: string): void {
    if (this.#isEnding) return;
    this.#isEnding = true;
    if (lastWords !== undefined) this.#lastWords = `${lastWords}\n`;
    this.#socket.resume();
    destroyAfterCloseTimeout(this.#socket);
    this.#goOn();
  }

  #goOn(): void {
    let line: Line | undefined;
    while (this.#hasRoom && (line = this.#reader.next()) !== undefined) this.#begin(line);
    if (this.#isEnding) return this.#endWhenAnswered();
    if (!this.#hasRoom) return void this.#socket.pause();
    if (this.#hasPeerEnded) {
      const last = this.#reader.end();
      if (last !== undefined) this.#begin(last);
      return this.end();
    }
    if (this.#socket.isPaused()) this.#socket.resume();
  }

  get #hasRoom(): boolean {
    const isFull = this.#pending.length >= bounds.lines || this.#pendingBytes >= bounds.bytes;
    return !isFull && !this.#isEnding && !this.#socket.writableNeedDrain;
  }

  #begin(line: Line): void {
    const pending: Pending = { bytes: line.length, answer: undefined };
    this.#pending.push(pending);
    this.#pendingBytes += pending.bytes;
    void this.#answer(line).then((answer) => {
      pending.answer = answer;
      if (answer.ends === true) this.end();
      // Answers of one turn leave in one write.
      if (this.#isFlushing || this.#pending[0] !== pending) return;
      this.#isFlushing = true;
      setImmediate(() => this.#flush());
    });
  }

  #flush(): void {
    this.#isFlushing = false;
    let text = "";
    while (this.#pending[0]?.answer !== undefined) {
      const [{ answer, bytes }] = this.#pending.splice(0, 1) as [Pending];
      this.#pendingBytes -= bytes;
      text += `${answer?.text}\n`;
    }
    if (text !== "" && this.#socket.writable) this.#socket.write(text);
    this.#goOn();
  }

  #endWhenAnswered(): void {
    if (this.#pending.length === 0 && this.#socket.writable) this.#socket.end(this.#lastWords);
  }
}
