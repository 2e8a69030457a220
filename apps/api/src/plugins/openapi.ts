import swagger from "@fastify/swagger";
import manifest from "../../package.json" with { type: "json" };
import { serveDocsPage } from "./docs-page.ts";
import { nameSchemas } from "./named-schemas.ts";
import type { Scope } from "../scope.ts";

const description = `Two styles, each the convention of its users: channel commands are calls under \`/api\`, in the shape of
Centrifugo's server API; what has an id is a resource under \`/v1\`.

Errors say which field, which bound, and what to change. Under \`/api\` a call that was understood answers 200 with
\`result\` or \`error\`; under \`/v1\` errors have their HTTP status.`;

/** OpenAPI 3.1 of every route registered after this, at `/docs` (page) and `/docs/json`. Public, as it holds no secret. */
export async function documentRoutes(app: Scope, options: { readonly home: string }): Promise<void> {
  await app.register(swagger, {
    convertConstToEnum: false,
    transformObject: (document) => nameSchemas("openapiObject" in document ? document.openapiObject : {}),
    openapi: {
      openapi: "3.1.0",
      info: {
        title: "Switchyard",
        version: manifest.version,
        description,
        license: { name: "MIT", identifier: "MIT" },
      },
      tags: [
        { name: "channels", description: "Publish to channels and users. Centrifugo's server API." },
        { name: "connections", description: "Who is connected, and what you do with them: close, move, note, block." },
        { name: "tasks", description: "Work for the workers, in groups, with results." },
        { name: "groups", description: "The lanes of tasks: order, concurrency, rate, pause, dead letters." },
        { name: "schedules", description: "When tasks and messages come by themselves." },
        { name: "inbox", description: "What users should see, kept until they have; and what happens if they do not." },
        { name: "alerts", description: "Who is told when the hub needs somebody." },
        { name: "demo", description: "For the demo pages; there in development only." },
      ],
      components: {
        securitySchemes: { apiKey: { type: "apiKey", in: "header", name: "X-API-Key" } },
      },
      security: [{ apiKey: [] }],
    },
  });
  await app.register((scope: Scope) => serveDocsPage(scope, options));
}
