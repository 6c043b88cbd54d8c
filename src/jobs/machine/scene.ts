/** What is known as somebody asks what to boot, and what is decided. */
import type { Because, Bootable } from '../../boot.ts';
import type { Config } from '../../config/config.ts';
import type { ImageArchitecture, ImageVersion } from '../../image.ts';
import type { Assignment } from './assignment.ts';
import type { KeptBoot } from './kept-boot.ts';
import type { Known } from './record.ts';

/** How soon whoever has to wait asks again, s. */
export const WAIT_S = 30;

/** The images there are. */
export interface Images {
  /** The promoted version of an image; undefined where there is none that boots. */
  promoted(image: string): Promise<Bootable | undefined>;
  bootable(version: ImageVersion): Promise<Bootable | undefined>;
  /** What a machine gets where this version did not boot. */
  before(version: ImageVersion): Promise<Bootable | undefined>;
  /** The processors a version is for. */
  architecture(version: ImageVersion): Promise<ImageArchitecture | undefined>;
}

/** All that is known as somebody asks. */
export interface Scene {
  config: Pick<Config, 'boot' | 'profiles'>;
  known: readonly Known[];
  /** What a machine was told to boot. */
  assignment(machine: string): Assignment | undefined;
  /** The boots of a machine before this one, in any order. */
  boots(machine: string): readonly KeptBoot[];
  images: Images;
  /** ms since the epoch. */
  now: number;
}

/** What is decided; the one who asks gets a token besides. */
export type Choice = { because: Because[] } & (
  | {
      kind: 'image';
      machine: string;
      bootable: Bootable;
      /** The version that did not boot, instead of which it gets this one. */
      instead?: ImageVersion;
      /** How many boots in vain this one follows so closely that they are a loop. */
      loop?: number;
    }
  | { kind: 'discovery'; bootable: Bootable }
  | { kind: 'local'; machine?: string /** Nobody knows it, and that is to be said. */; announce?: true }
  | {
      kind: 'wait';
      machine?: string;
      seconds: number;
      loop?: number /** Several have its mark. */;
      twice?: string[];
    }
);

/** A reason. */
export const fact = (code: string, facts: Record<string, string> = {}): Because => ({ code, facts });
