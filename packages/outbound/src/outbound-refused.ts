/** Why a URL is not called. The message is fit to be shown to whoever gave it; asking again does not help. */
export class OutboundRefused extends Error {
  override readonly name = "OutboundRefused";
}
