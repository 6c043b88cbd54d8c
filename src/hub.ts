/**
 * What containers and the hub say to each other: JSON over HTTPS (TLS 1.3), where each end shows a certificate and pins the other's
 * key. Spoken by `src/client/` in a container and by `adapters/gate` where the hub runs.
 */
import { z } from 'zod';
import { HEALTH } from './hub-place.ts';
import { LANGUAGES } from './messages/language.ts';
import { AppName, HostName } from './names.ts';

export { bearer, HEALTH, HUB_FILES, HUB_FOLDER, LONGEST_BATCH, LONGEST_LINE } from './hub-place.ts';

const Fingerprint = z.string().regex(/^SHA256:[A-Za-z0-9+/]{43}$/);

/** Who speaks: a service of one generation of an app, on a host. Its certificate and its token are bound to just that. */
export const Caller = z.strictObject({
  app: AppName,
  /** The run that deployed it, as in `jobs/deploy`. */
  generation: z.string().max(64),
  service: z.string().max(200),
  host: HostName,
});
export type Caller = z.infer<typeof Caller>;

/** Where the hub is, as a container is told. */
export const HubPlace = z.strictObject({
  /** `host:port`. */
  address: z.string(),
  /** The keys by which the hub is known; any of them. */
  pins: z.array(Fingerprint).min(1),
  caller: Caller,
  /** What the client speaks to whoever reads the container's output. */
  language: z.enum(LANGUAGES).optional(),
});
export type HubPlace = z.infer<typeof HubPlace>;

/** One file that a container is to have. */
export const HubFile = z.strictObject({
  /** Absolute. */
  path: z.string().startsWith('/').max(4_096),
  /** Base64. */
  content: z.base64(),
  /** Octal, like `0640`. */
  mode: z.string().regex(/^0[0-7]{3}$/),
  /** User and group by name or number; those of the writing process where there is none. */
  owner: z.string().max(64).optional(),
  group: z.string().max(64).optional(),
});
export type HubFile = z.infer<typeof HubFile>;

/** `GET /v1/config`: every file of the caller. With `If-None-Match: "VERSION"` it is 304 where nothing changed; `?wait=SECONDS` waits for a change, and says that the version it has is in force; `?life=ID` (`[a-z0-9]{8,32}`) tells a container from the others of its service; `?refused=VERSION&reason=TEXT` says that this version could not be applied: the files before it are back. */
export const HubConfig = z.strictObject({
  /** Names this state of all files; also the ETag. */
  version: z.string().max(64),
  files: z.array(HubFile),
  /** What to do to the command once the files of a newer version are written; nothing where there is none. */
  apply: z
    .union([
      z.strictObject({ signal: z.string() }),
      z.strictObject({ run: z.array(z.string()) }),
      z.literal('restart'),
    ])
    .optional(),
});
export type HubConfig = z.infer<typeof HubConfig>;

/** `POST /v1/health`: how the caller is; forgotten after `ttl` ms without another one. */
export const HubReport = z.strictObject({
  status: z.enum(HEALTH),
  ttl: z.number().int().min(1_000).max(86_400_000),
  checks: z
    .array(
      z.strictObject({
        name: z.string().max(100),
        status: z.enum(HEALTH),
        detail: z.string().max(500).optional(),
      }),
    )
    .max(50)
    .default([]),
});
export type HubReport = z.infer<typeof HubReport>;

/** One line as it was printed. */
export const HubLine = z.strictObject({
  /** Counts the lines of a stream from 1 on, without a gap. */
  seq: z.number().int().positive(),
  /** Nanoseconds since the epoch, decimal. */
  time: z.string().regex(/^\d{1,20}$/),
  from: z.enum(['stdout', 'stderr']),
  /** Without its line end; what is not UTF-8 has U+FFFD in its place. */
  text: z.string(),
  /** True where the next line of this stream goes on with it. */
  part: z.literal(true).optional(),
});
export type HubLine = z.infer<typeof HubLine>;

/**
 * `POST /v1/logs`: newline-delimited JSON, `{"stream": NAME}` and then lines, in order. A stream is one life of a command; its name is
 * chosen by the client (random, `[a-z0-9]{8,32}`). Answers `{"next": SEQ}`, the first one that is not on disk yet: all before are kept.
 * 429 with `Retry-After` to slow down, 507 where the hub's disk is full; both keep what was kept.
 */
export const HubStream = z.strictObject({ stream: z.string().regex(/^[a-z0-9]{8,32}$/) });
export const HubKept = z.strictObject({ next: z.number().int().positive() });

/** What the deploy step writes into `HUB_FOLDER`, by the names of `HUB_FILES`. */
export interface Issued {
  /** PEM. */
  key: string;
  certificate: string;
  token: string;
  place: HubPlace;
}

/** A public key: its SubjectPublicKeyInfo as base64. */
const PublicKeyInfo = z.base64().max(4_096);

/** `POST /v1/issue`, for managers: a first certificate for a caller whose key the asker has made. Answers with `HubIssued`. */
export const HubWanted = z.strictObject({ caller: Caller, key: PublicKeyInfo });
export const HubIssued = z.strictObject({ certificate: z.string(), token: z.string(), place: HubPlace });

/** `POST /v1/certificate`: a certificate and a token for another while, bound as before. The body is `{"key": SPKI as base64}`. */
export const HubKey = z.strictObject({ key: PublicKeyInfo });
export const HubRenewal = z.strictObject({ certificate: z.string(), token: z.string() });
export type Renewal = z.infer<typeof HubRenewal>;
