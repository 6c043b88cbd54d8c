/** What machines boot and how their boots went, for commands. */
import { z } from 'zod';
import { type Boot, STAGES } from '../../boot.ts';
import { MusterError } from '../../errors.ts';
import { ImageVersion } from '../../image.ts';
import { bootables, versionIn } from '../../jobs/image/versions.ts';
import { assignments } from '../../jobs/machine/assignment.ts';
import { bootsOf } from '../../jobs/machine/boots.ts';
import { asError } from '../../jobs/machine/causes.ts';
import { furthest, stageAt } from '../../jobs/machine/fold.ts';
import type { KeptBoot } from '../../jobs/machine/kept-boot.ts';
import type { Known } from '../../jobs/machine/record.ts';
import type { Choice, Scene } from '../../jobs/machine/scene.ts';
import { becauseText, stageText } from '../../jobs/machine/words.ts';
import { messages } from '../../messages/messages.ts';
import { printable } from '../../shell.ts';
import { humanDuration } from '../../units.ts';
import type { House } from '../house.ts';
import { imageOf } from '../known.ts';

/** A machine's name, or a MAC address of it. */
export const Who = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9:.-]{0,62}$/, {
  error: () => messages().machines.config.who,
});

/** The version that is meant: the promoted one where an image is named. Rejects with `image.unknown`, `image.unpromoted`, or `config.unknown` for an image of which there is none. */
export async function versionOf(
  image: string,
  { state, config }: Pick<House, 'state' | 'config'>,
): Promise<ImageVersion> {
  const images = bootables(state);
  const version = ImageVersion.safeParse(image).data;
  const found = version === undefined ? await images.promoted(image) : await images.bootable(version);
  if (found) return found.version;
  if (version === undefined) {
    imageOf(config, image);
    throw new MusterError('image.unpromoted', { image });
  }
  throw new MusterError('image.unknown', { version });
}

/** All that is known as somebody would ask; `machines` are those whose boots count. */
export async function sceneOf(
  { config, state }: Pick<House, 'config' | 'state'>,
  known: readonly Known[],
  machines: readonly string[],
): Promise<Scene> {
  const told = await assignments(state);
  const boots = new Map(
    await Promise.all(machines.map(async (name) => [name, await bootsOf(state, name)] as const)),
  );
  const images = bootables(state);
  return {
    config,
    known,
    assignment: (name) => (Object.hasOwn(told, name) ? told[name] : undefined),
    boots: (name) => (boots.get(name) ?? []).filter(({ outcome }) => outcome !== 'open'),
    images: {
      promoted: (image) => images.promoted(image),
      bootable: (version) => images.bootable(version),
      before: (version) => images.before(version),
      architecture: async (version) => (await versionIn(state, version))?.manifest.architecture,
    },
    now: Date.now(),
  };
}

/** A decision in words: what somebody would get, and each reason. */
export function choiceLines(who: string, choice: Choice): string[] {
  const { plan } = messages().machines;
  const head =
    choice.kind === 'image'
      ? plan.image({ who, version: choice.bootable.version })
      : choice.kind === 'discovery'
        ? plan.discovery({ who, version: choice.bootable.version })
        : choice.kind === 'local'
          ? plan.local({ who })
          : plan.wait({ who, time: humanDuration(choice.seconds * 1_000) });
  return [head, ...choice.because.map((one) => `· ${printable(becauseText(one))}`)];
}

/** Said where nobody would answer who asks. */
export const serverLines = ({ boot }: Pick<House['config'], 'boot'>): string[] =>
  boot.host === undefined ? [messages().machines.plan.noServer] : [];

/** What to type next of a machine: where its image has no version that is given out, what makes one. */
export function nextLine(machine: string, { because }: Choice): string {
  const image = because.find(({ code }) => code === 'image.unpromoted')?.facts.image;
  return image === undefined ? `/machine boot ${machine}` : `/build image ${image} --promote`;
}

/** How a machine stands by its last boot, in short. */
export function standingText(boot: KeptBoot | undefined, now: number): string {
  const { list } = messages().machines;
  if (!boot) return list.never;
  const version = boot.version ?? '?';
  if (boot.outcome === 'up') return list.up({ version, time: humanDuration(now - (boot.ended ?? now)) });
  const stage = stageText(stageAt(boot) ?? 'up');
  if (boot.outcome === 'open') return list.booting({ stage, time: humanDuration(now - lastAt(boot)) });
  return list.failed({ stage, time: humanDuration(now - (boot.ended ?? now)) });
}

export const MARKS: Record<Boot['outcome'], string> = { open: '◐', up: '●', failed: '✕' };

/** The stages of a boot, with how long each took: `● DHCP 2 s   ● loader   ✕ root`. */
export function stageLine(boot: KeptBoot): string {
  const at = stageAt(boot);
  const last = furthest(boot);
  let before = boot.began;
  const drawn = STAGES.map((stage) => {
    const reached = boot.reached[stage];
    const past = last !== undefined && STAGES.indexOf(stage) <= STAGES.indexOf(last);
    const mark = past ? '●' : stage === at ? MARKS[boot.outcome] : '○';
    const ms = reached === undefined ? 0 : reached - before;
    before = reached ?? before;
    return `${mark} ${stageText(stage)}${ms >= 1_000 ? ` ${humanDuration(ms)}` : ''}`;
  });
  return drawn.join('   ');
}

/** Why a boot went as it did: its head, stages, cause, what happened on the way, and what to do. */
export function whyLines(boot: KeptBoot, now: number): string[] {
  const { why } = messages().machines;
  const { machine, began, version = '?', trouble, notes, console = [] } = boot;
  const error = trouble && asError(machine, trouble, boot.version);
  const head =
    boot.outcome === 'up'
      ? why.up({ machine, version, time: humanDuration((boot.ended ?? now) - began) })
      : boot.outcome === 'failed'
        ? why.failed({ machine, version })
        : why.open({
            machine,
            stage: stageText(stageAt(boot) ?? 'up'),
            time: humanDuration(now - lastAt(boot)),
          });
  return [
    `${MARKS[boot.outcome]} ${head}`,
    stageLine(boot),
    ...(error ? [printable(error.message)] : []),
    ...(boot.because ?? []).map((one) => `· ${printable(becauseText(one))}`),
    ...notes.slice(-8).map(({ at, stage, cause, detail }) =>
      why.note({
        time: `+${humanDuration(Math.max(0, at - began))}`,
        stage: stageText(stage),
        cause,
        detail,
      }),
    ),
    ...console.slice(-8).map((line) => `> ${printable(line)}`),
    ...(error ? [error.hint] : []),
  ];
}

/** When a boot was at its furthest stage. */
function lastAt(boot: KeptBoot): number {
  const last = furthest(boot);
  return last === undefined ? boot.began : (boot.reached[last] ?? boot.began);
}
