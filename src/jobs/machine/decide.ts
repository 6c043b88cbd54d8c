/** What whoever asks gets to boot, and why: by what is known of it, and changing nothing. */
import type { Asking, Because, Bootable, Firmware } from '../../boot.ts';
import type { Config } from '../../config/config.ts';
import { Profile } from '../../config/machines.ts';
import { type ImageArchitecture, ImageVersion, imageOf } from '../../image.ts';
import type { Assignment } from './assignment.ts';
import type { KeptBoot } from './kept-boot.ts';
import { matched } from './match.ts';
import { failedWith, inVain, wasTried } from './past.ts';
import type { Known } from './record.ts';

/** How soon whoever has to wait asks again, s. */
const WAIT_S = 30;
/** A machine that boots again and again waits twice as long each time, at most so long, s. */
const MOST_WAIT_S = 600;
/** Versions that are tried one after the other, each the one before the last. */
const MOST_FALLBACKS = 5;

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

/** What a machine is, with its profile. */
export function profileOf(
  { machine }: Known,
  { boot, profiles }: Scene['config'],
): { name?: string; profile: Profile } {
  const name = machine.profile ?? boot.profile;
  const profile = name !== undefined && Object.hasOwn(profiles, name) ? profiles[name] : undefined;
  return profile ? { name, profile } : { profile: Profile.parse({}) };
}

/** Decides. Rejects only as `images` does. */
export async function decide(asking: Asking, scene: Scene): Promise<Choice> {
  const match = matched(asking, scene.known);
  if (match.kind === 'none') return stranger(asking, scene);
  if (match.kind === 'twice') {
    const [one = '', other = ''] = match.names;
    const because = [fact('twice', { value: match.value, one, other })];
    return { kind: 'wait', seconds: WAIT_S, because, twice: match.names };
  }
  const { known, by, value } = match;
  return forMachine(known, asking.firmware, scene, [fact(`matched.${by}`, { machine: known.name, value })]);
}

/** What a machine of ours gets. */
export async function forMachine(
  known: Known,
  firmware: Firmware | undefined,
  scene: Scene,
  first: Because[] = [],
): Promise<Choice> {
  const { name: machine, machine: own } = known;
  const because = [...first];
  if (known.hides) because.push(fact('hides', { machine }));
  const { name, profile } = profileOf(known, scene.config);
  because.push(
    name === undefined
      ? fact('profile.none')
      : fact(own.profile === undefined ? 'profile.default' : 'profile.own', { profile: name }),
  );
  const wanted = await wantedBy(known, profile, scene, because);
  if (wanted === 'local') return { kind: 'local', machine, because };
  if (wanted === undefined) return { kind: 'wait', machine, seconds: WAIT_S, because };
  const given = await fallback(machine, wanted, scene, because);
  const { bootable } = given;
  if (!(await fits(bootable.version, firmware, scene.images, because)))
    return { kind: 'wait', machine, seconds: WAIT_S, because };
  const loop = looping(machine, bootable.version, scene, because);
  if (loop && loop.seconds > 0)
    return { kind: 'wait', machine, seconds: loop.seconds, loop: loop.count, because };
  const kernelLine = [bootable.kernelLine, profile.kernelLine, own.kernelLine]
    .filter((one) => one !== '')
    .join(' ');
  return {
    kind: 'image',
    machine,
    bootable: { ...bootable, kernelLine },
    ...(given.instead !== undefined && { instead: given.instead }),
    ...(loop && { loop: loop.count }),
    because,
  };
}

/** What it is to boot by what people said; undefined where there is no such version now. */
async function wantedBy(
  { name, machine: own }: Known,
  profile: Profile,
  { assignment, boots, images }: Scene,
  because: Because[],
): Promise<Bootable | 'local' | undefined> {
  const told = assignment(name);
  const once = told?.once && told.version !== undefined && !wasTried(told.version, boots(name), told.since);
  const version = told?.once && !once ? told.afterwards : told?.version;
  if (version !== undefined) {
    const found = await images.bootable(version);
    because.push(
      found
        ? fact(once ? 'image.once' : 'image.assigned', { version, run: told?.run ?? '' })
        : fact('image.gone', { version }),
    );
    if (found) return found;
  }
  const image = own.image ?? profile.image;
  if (image === undefined) {
    because.push(fact('image.none'));
    return 'local';
  }
  const from = own.image === undefined ? 'profile' : 'machine';
  if (ImageVersion.safeParse(image).success) {
    const found = await images.bootable(image);
    because.push(
      found ? fact(`image.fixed.${from}`, { version: image }) : fact('image.gone', { version: image }),
    );
    return found;
  }
  const found = await images.promoted(image);
  because.push(
    found
      ? fact(`image.promoted.${from}`, { image, version: found.version })
      : fact('image.unpromoted', { image }),
  );
  return found;
}

/** The version before, and the one before that, where the wanted one did not boot on this machine. */
async function fallback(
  machine: string,
  wanted: Bootable,
  { assignment, boots, images }: Scene,
  because: Because[],
): Promise<{ bootable: Bootable; instead?: ImageVersion }> {
  const since = assignment(machine)?.since;
  const told: Because[] = [];
  let bootable = wanted;
  for (let tries = 0; tries < MOST_FALLBACKS; tries += 1) {
    const failed = failedWith(bootable.version, boots(machine), since);
    if (!failed) {
      because.push(...told);
      return bootable === wanted ? { bootable } : { bootable, instead: wanted.version };
    }
    const before = await images.before(bootable.version);
    if (!before || before.version === bootable.version) break;
    const cause = failed.trouble?.code ?? '';
    told.push(fact('fallback', { failed: bootable.version, version: before.version, cause }));
    bootable = before;
  }
  // None of them booted: what people want is tried once more.
  because.push(fact('fallback.none', { version: wanted.version }));
  return { bootable: wanted };
}

/** Whether a machine boots again and again, how often it did, and how long it is to wait now, s. */
function looping(
  machine: string,
  version: ImageVersion,
  { assignment, boots, config, now }: Scene,
  because: Because[],
): { count: number; seconds: number } | undefined {
  const { boots: many, within } = config.boot.loops;
  const since = assignment(machine)?.since ?? 0;
  const vain = inVain(boots(machine), now, within).filter(({ began }) => began >= since);
  const count = vain.length + 1;
  if (count < many) return undefined;
  const untried = !vain.some((boot) => boot.version === version);
  const seconds = Math.min(MOST_WAIT_S, WAIT_S * 2 ** Math.min(10, count - many));
  const last = Math.max(0, ...vain.map(({ began, ended }) => ended ?? began));
  // The first time it is only told, and another version than those that did not boot need not wait.
  const left = count === many || untried ? 0 : Math.ceil((last + seconds * 1_000 - now) / 1_000);
  because.push(
    fact(left > 0 ? 'loop.waits' : 'loop', { count: `${count}`, minutes: `${Math.round(within / 60_000)}` }),
  );
  return { count, seconds: Math.max(0, left) };
}

/** Whether a version is for the processors of whoever asks. */
async function fits(
  version: ImageVersion,
  firmware: Firmware | undefined,
  images: Images,
  because: Because[],
): Promise<boolean> {
  if (firmware === undefined) return true;
  const architecture = await images.architecture(version);
  const own: ImageArchitecture = firmware.startsWith('efi-arm64') ? 'arm64' : 'amd64';
  if (architecture === undefined || architecture === own) return true;
  because.push(fact('architecture', { version, architecture, own }));
  return false;
}

/** What somebody gets whom nobody knows. */
async function stranger({ mac, firmware }: Asking, { config, images }: Scene): Promise<Choice> {
  const because = [fact('unknown', { mac })];
  const { unknown, discovery } = config.boot;
  if (unknown === 'ignore') return { kind: 'local', because: [...because, fact('unknown.ignore')] };
  if (unknown === 'discover' && discovery !== undefined) {
    const bootable = await images.promoted(discovery);
    if (!bootable) because.push(fact('image.unpromoted', { image: discovery }));
    else if (await fits(bootable.version, firmware, images, because)) {
      because.push(fact('unknown.discover', { version: bootable.version }));
      return { kind: 'discovery', bootable, because };
    }
  }
  return { kind: 'local', announce: true, because: [...because, fact('unknown.local')] };
}

/** The image that a machine boots, whichever version of it; undefined where it boots its own disk. */
export function imageOfMachine(known: Known, config: Scene['config']): string | undefined {
  const image = known.machine.image ?? profileOf(known, config).profile.image;
  return image?.includes('@') ? imageOf(image) : image;
}

const fact = (code: string, facts: Record<string, string> = {}): Because => ({ code, facts });
