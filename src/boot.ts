/** How machines boot over the network: who asks, what it gets, how far it came. Spoken by the boot server, the machine itself, and whoever waits for it. */
import { z } from 'zod';
import { ImageVersion, Sha256 } from './image.ts';
import { messages } from './messages/messages.ts';
import { MachineName } from './names.ts';

/** A MAC address in lower case with colons; written with dashes or without anything between, it is understood, too. */
export const Mac = z
  .string()
  .trim()
  .toLowerCase()
  .transform((text) => text.replace(/[:.-]/g, ''))
  .pipe(z.string().regex(/^[0-9a-f]{12}$/, { error: () => messages().names.mac }))
  .transform((text) => text.match(/../g)!.join(':'));

/** The kinds of firmware and processor that ask, by what DHCP option 93 and iPXE say (RFC 4578, and IANA's list of processor architectures). */
export const FIRMWARES = ['bios', 'efi-x64', 'efi-x64-http', 'efi-arm64', 'efi-arm64-http'] as const;
export type Firmware = (typeof FIRMWARES)[number];

/** The stages of a boot, in order. The first six are seen by the server itself or told by the initramfs; the last two the machine tells. */
export const STAGES = ['dhcp', 'loader', 'script', 'kernel', 'initrd', 'root', 'configured', 'up'] as const;
export type BootStage = (typeof STAGES)[number];

/** Who asks for something to boot, as far as it says. */
export interface Asking {
  mac: string;
  uuid?: string;
  serial?: string;
  firmware: Firmware;
  /** Its address. */
  address: string;
}

/** The token of one boot: 32 letters and digits. */
export const BootToken = z.string().regex(/^[A-Za-z0-9]{32}$/);

/** What is fetched: by its content. */
export const Fetched = z.strictObject({ sha256: Sha256, bytes: z.number().int().nonnegative() });

/** An image as a machine boots it. */
export const Bootable = z.strictObject({
  version: ImageVersion,
  kernel: Fetched,
  initrd: Fetched,
  root: Fetched,
  format: z.enum(['squashfs', 'tar.xz']),
  /** What the image and then the profile add to the kernel's line. */
  kernelLine: z.string(),
});
export type Bootable = z.infer<typeof Bootable>;

/** Why something is so, for `/boot`: a code with its facts, in words only where it is shown. */
export interface Because {
  code: string;
  facts: Record<string, string>;
}

/** What somebody who asks gets. `token` names this one boot: 32 letters and digits, nobody can guess it. */
export type Decision =
  | { kind: 'image'; machine: string; token: string; bootable: Bootable; because: Because[] }
  | { kind: 'discovery'; token: string; bootable: Bootable; because: Because[] }
  /** Its own disk. */
  | { kind: 'local'; machine?: string; because: Because[] }
  /** To ask again in a while: nothing can be said now. */
  | { kind: 'wait'; machine?: string; seconds: number; because: Because[] };

/** What a machine tells of itself: `POST /v1/boots/TOKEN/events`, a form of these fields. */
export const BootNews = z.strictObject({
  stage: z.enum(STAGES),
  outcome: z.enum(['reached', 'retried', 'failed']),
  /** A code, like `sha256`, `fetch`, `unpack`, `files`, `service`. */
  cause: z
    .string()
    .max(40)
    .regex(/^[a-z0-9-]*$/)
    .default(''),
  /** The machine's own words: a stranger's. */
  detail: z.string().max(2_000).default(''),
});
export type BootNews = z.infer<typeof BootNews>;

/** What a machine fetches of an image, in this order. */
export const FETCHED_PARTS = ['kernel', 'initrd', 'root'] as const;
export type FetchedPart = (typeof FETCHED_PARTS)[number];

/** What the server's own eyes see of a machine. DHCP and TFTP know only its MAC address; what fetches a blob says its token. */
export type Sighting =
  | {
      what: 'dhcp-asked' | 'dhcp-offered' | 'dhcp-acknowledged';
      mac: string;
      address?: string;
      firmware?: Firmware;
    }
  /** Another server answered it; without `offered` the machine took that. */
  | { what: 'dhcp-foreign'; mac?: string; server: string; offered?: true }
  | { what: 'loader-sent'; mac?: string; address: string; file: string }
  /** With the message `missing` there is no such file. */
  | { what: 'loader-failed'; mac?: string; address?: string; file: string; message: string }
  | { what: 'fetched'; token: string; sha256: string; part: FetchedPart }
  | { what: 'fetching'; token: string; sha256: string; part: FetchedPart }
  /** Somebody calls home with tokens that nobody knows, so many times since it was told last. */
  | { what: 'forged'; address: string; times: number };

/** What a machine that nobody knows has in it. */
export const Inventory = z.strictObject({
  cpu: z.strictObject({ model: z.string().max(200), cores: z.number().int().nonnegative() }),
  /** Bytes. */
  memory: z.number().int().nonnegative(),
  disks: z
    .array(
      z.strictObject({
        name: z.string().max(64),
        bytes: z.number().int().nonnegative(),
        model: z.string().max(200).default(''),
      }),
    )
    .max(64),
  nics: z.array(z.strictObject({ name: z.string().max(64), mac: Mac, link: z.boolean() })).max(64),
  vendor: z.string().max(200).default(''),
  product: z.string().max(200).default(''),
  serial: z.string().max(200).default(''),
  uuid: z.string().max(64).default(''),
});
export type Inventory = z.infer<typeof Inventory>;

/** Something that is wrong with a boot, by a code of its own, like `dhcp.foreign`, with what is known. */
export const Trouble = z.strictObject({ code: z.string(), facts: z.record(z.string(), z.string()) });
export type Trouble = z.infer<typeof Trouble>;

/** One boot of one machine, as it is kept. Times are ms since the epoch. */
export const Boot = z.strictObject({
  token: z.string(),
  machine: MachineName,
  version: ImageVersion.optional(),
  began: z.number(),
  /** When a stage was reached first. */
  reached: z.partialRecord(z.enum(STAGES), z.number()),
  outcome: z.enum(['open', 'up', 'failed']),
  ended: z.number().optional(),
  trouble: Trouble.optional(),
  /** What else happened: retries, other servers. */
  notes: z
    .array(z.strictObject({ at: z.number(), stage: z.enum(STAGES), cause: z.string(), detail: z.string() }))
    .max(50),
  /** The last lines of its console, where somebody could see it. */
  console: z.array(z.string()).max(40).optional(),
});
export type Boot = z.infer<typeof Boot>;

/** Who asks for what a machine is given. */
export interface Taker {
  /** Only the address that fetched the script of this boot gets it, or the one that then said that its root file system is there. */
  address: string;
  /** Made by the machine, `?claim=` of 8 to 64 letters and digits: whoever has the same one may ask again, as an answer may be lost on its way. */
  claim?: string;
}

/** What the boot server asks of whoever knows the machines: over Redis in Muster, in memory while an image is tried. */
export interface BootDesk {
  /** What somebody gets; a new token each time an image is booted. Never rejects for what was asked. */
  decide(asking: Asking): Promise<Decision>;
  /** News of a boot, from an address; false where nobody knows the token. */
  news(token: string, news: BootNews, address?: string): Promise<boolean>;
  /** What was seen; cheap, and never rejects. */
  seen(sighting: Sighting): void;
  /** Whether this token is of a boot that is going on, and for what: blobs of others are not counted for it. */
  knows(token: string): Promise<boolean>;
  /**
   * An archive (tar) of what the machine is to have, for the root of its file system; once for a token. Undefined where nobody knows
   * the token, it was asked for already, or somebody else asks. Rejects with a `MusterError` where a part of it cannot be made: the
   * boot's `configured` stage has failed then.
   */
  files(token: string, taker?: Taker): Promise<Buffer | undefined>;
  /** A document of cloud-init's NoCloud, like `meta-data`; undefined where there is none, or it is none of this taker's. Rejects as `files` does. */
  cloudInit(token: string, name: string, taker?: Taker): Promise<string | undefined>;
  /** The token of the boot that is going on at an address, for the metadata endpoint; without it there is no such endpoint. */
  at?(address: string): Promise<string | undefined>;
  /** What a machine that nobody knows found out of itself; false where nobody knows the token. */
  discovered(token: string, inventory: Inventory): Promise<boolean>;
  /** Whether a machine that showed what is in it is to begin anew, as it is one of ours by now and somebody waits for its boot; undefined where nobody knows the token. */
  restarts?(token: string): Promise<boolean | undefined>;
}
