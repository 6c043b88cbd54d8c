/** What whoever asks gets to boot, and why: by what is known of it, and changing nothing. */
import type { Asking, Because, Firmware } from '../../boot.ts';
import type { ImageArchitecture, ImageVersion } from '../../image.ts';
import { fallback, looping } from './again.ts';
import { matched } from './match.ts';
import { profileOf } from './profile.ts';
import type { Known } from './record.ts';
import { type Choice, fact, type Images, type Scene, WAIT_S } from './scene.ts';
import { wantedBy } from './wanted.ts';

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
