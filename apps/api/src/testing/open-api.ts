import type { TestApi } from "./test-api.ts";

interface Media {
  readonly schema: { readonly examples?: readonly unknown[]; readonly example?: unknown };
  readonly examples?: Readonly<Record<string, { readonly value: unknown }>>;
  readonly example?: unknown;
}

/** A route, as `/docs/json` describes it. */
export interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly tags: readonly string[];
  readonly security?: readonly object[];
  readonly "x-scope"?: string;
  readonly "x-retry"?: string;
  readonly requestBody?: { readonly content: { readonly "application/json": Media } };
  readonly responses: Readonly<
    Record<string, { readonly description: string; readonly content?: { readonly "application/json": Media } }>
  >;
}

export interface OpenApi {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, object>> };
}

export async function readOpenApi(api: TestApi): Promise<OpenApi> {
  return JSON.parse((await api.get("/docs/json")).text) as OpenApi;
}

export function operationsOf({ paths }: OpenApi) {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
  );
}

/** The bodies a route shows. */
export function examplesOf({ requestBody }: Operation): unknown[] {
  return mediaExamples(requestBody?.content["application/json"]);
}

/** OpenAPI has four places for an example. */
export function mediaExamples(media: Media | undefined): unknown[] {
  const named = Object.values(media?.examples ?? {}).map(({ value }) => value);
  const single = [media?.example, media?.schema.example].filter((example) => example !== undefined);
  return [...(media?.schema.examples ?? []), ...named, ...single];
}
