import { dirname, resolve } from "node:path";
import { runApp } from "@switchyard/runtime/run-app";
import { startWorker } from "./worker.ts";

const environment = process.env;
// Paths in the settings are relative to their file.
const file = environment["SWITCHYARD_CONFIG"] ?? "";
const directory = file === "" ? process.cwd() : dirname(resolve(file));

await runApp({ name: "worker", environment, start: (parts) => startWorker({ ...parts, directory, environment }) });
