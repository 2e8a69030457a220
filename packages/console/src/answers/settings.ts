import type { ProcessKind } from "./overview.ts";

/** `GET /ops/api/settings`: what there is to set, and what processes were started with. No secret is in it. */
export interface SettingsAnswer {
  /** In the order of docs/configuration.md. */
  readonly settings: readonly SettingAnswer[];
  readonly kinds: readonly KindSettingsAnswer[];
}

export interface SettingAnswer {
  /** `client.channel_limit` */
  readonly key: string;
  /** In English, as docs/configuration.md has it. */
  readonly description: string;
  /** As JSON; null: it has none. Of a secret there is none. */
  readonly byDefault: string | null;
  readonly isSecret: boolean;
  /** Each process has its own, such as a port. */
  readonly isOwn: boolean;
  /** Variables that set it, the one that counts first. */
  readonly variables: readonly string[];
}

export interface KindSettingsAnswer {
  readonly kind: ProcessKind;
  /** Those with most processes first; more than one: processes of this kind differ. */
  readonly variants: readonly SettingsVariantAnswer[];
  /** How many do not say: a release from before. */
  readonly silent: number;
}

export interface SettingsVariantAnswer {
  readonly hash: string;
  readonly count: number;
  /** Some of them, by their names. */
  readonly processes: readonly string[];
  /** What is not by default; null: it is not known any more. Of what each process has for itself, that of one of them. */
  readonly set: readonly SetAnswer[] | null;
}

export interface SetAnswer {
  readonly key: string;
  readonly from: "file" | "environment";
  readonly variable?: string;
  /** Absent of a secret, and of what is too large. */
  readonly value?: unknown;
  /** Of a secret. */
  readonly isSet?: boolean;
  /** Of a secret list. */
  readonly entries?: number;
  readonly isCut?: true;
}
