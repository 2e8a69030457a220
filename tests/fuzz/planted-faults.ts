// Loaded into every process of a hub before anything else, to see whether the fuzzer finds what it is there to find. FUZZ_PLANTED says
// what is wrong with it.

const { stringify, parse } = JSON;
const planted = process.env["FUZZ_PLANTED"];

if (planted === "an unhandled rejection") {
  JSON.parse = (text: string, ...more: []) => {
    if (text.includes('"unknown":')) void Promise.reject(new Error("planted"));
    return parse(text, ...more) as unknown;
  };
}
if (planted === "an answer that fails") {
  JSON.stringify = ((value: unknown, ...more: []) => {
    const text = stringify(value, ...more);
    if (text.startsWith('{"handlers":')) throw new RangeError("planted");
    return text;
  }) as typeof JSON.stringify;
}
