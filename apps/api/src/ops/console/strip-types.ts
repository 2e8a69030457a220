import { stripTypeScriptTypes } from "node:module";

/**
 * TypeScript as the browser runs it: types become blanks, so lines and columns stay and nothing has to map them back. Specifiers stay
 * as they are, too. Node does the same with what it runs itself.
 *
 * Node still calls the function experimental, and says so once on stderr of every process that uses it: that is for us to know, who
 * pin Node, and would only worry operators.
 * @throws Error for TypeScript that is more than types, such as an enum
 */
export function stripTypes(source: string): string {
  const { emitWarning } = process as unknown as { readonly emitWarning: () => void };
  process.emitWarning = () => undefined;
  try {
    return stripTypeScriptTypes(source);
  } finally {
    process.emitWarning = emitWarning;
  }
}
