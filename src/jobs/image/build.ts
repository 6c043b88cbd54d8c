/** Builds an image: what it leaves in the library of its host is there as a whole or not at all. */
import { randomBytes } from 'node:crypto';
import { dirname } from 'node:path/posix';
import { z } from 'zod';
import type { Opened } from '../../adapters/adapter.ts';
import { imageLibrary } from '../../adapters/library/library.ts';
import { mmdebstrap } from '../../adapters/mmdebstrap/mmdebstrap.ts';
import { packing } from '../../adapters/packing/packing.ts';
import { MusterError } from '../../errors.ts';
import { library } from '../../image.ts';
import { messages } from '../../messages/messages.ts';
import { HostName, ImageName } from '../../names.ts';
import { humanDuration, humanSize } from '../../units.ts';
import { defineStep, type StepContext } from '../step.ts';
import { Blueprint, boots, digestOf } from './blueprint.ts';
import { type Candidate, noteBuilt } from './candidate.ts';
import { type Made, makeDebian } from './debian.ts';
import { blueprintOf } from './drawn.ts';
import { makeByKit } from './kit.ts';
import { MACHINE_PACKAGES, machineFiles } from './machine-side.ts';
import { keepCandidate, keepParts, knownCandidate, type Shelving } from './parts.ts';
import { explained, Heard } from './reason.ts';
import { benchOf, epochOf, keyOf, recipeOf } from './recipe.ts';

const uses = { mmdebstrap, packing, library: imageLibrary };
type Context = StepContext & Opened<typeof uses>;

interface Result {
  key: string;
  unchanged: boolean;
}

export const buildImage = defineStep({
  name: 'image.build',
  lane: 'build',
  input: z.strictObject({
    host: HostName,
    image: ImageName,
    /** Names what people agreed to: SHA-256 of the blueprint. */
    digest: z.string().regex(/^[0-9a-f]{64}$/),
    /** Group of keys -> lines of `authorized_keys`. */
    keys: z.record(z.string(), z.array(z.string())),
    /** Also where nothing has changed. */
    fresh: z.boolean().default(false),
    /** Drawn when it starts. */
    blueprint: Blueprint.optional(),
  }),
  uses,
  timeout: '2h',
  title: ({ image, host }) => messages().images.build.step({ image, host }),
  async brief({ image, digest, keys }, { direction, config }) {
    // What is not published nobody sees.
    if (direction === 'undo') return undefined;
    const blueprint = await blueprintOf(config, image, keys);
    if (digestOf(blueprint) !== digest) throw new MusterError('image.changed', { image });
    return { blueprint };
  },
  async run({ image, blueprint, fresh }, context): Promise<Result> {
    if (!blueprint) throw new MusterError('image.changed', { image });
    const { shell, root, mmdebstrap: builder, library: files, signal, report } = context;
    const began = performance.now();
    // Its own: who lost its place to another worker, and ends later, removes nothing of what that one builds.
    const folder = library(root).workshop(`build-${randomBytes(4).toString('hex')}`);
    const shelving: Shelving = { shell, files, root, signal };
    // One at a time on a host, as its lane has it: what another one left is in its way no longer.
    await builder.discard(dirname(folder));
    await shell.run(['mkdir', '--parents', '--', folder]);
    try {
      const { key, make } = await planned(blueprint, folder, context);
      const known = fresh ? undefined : await knownCandidate(image, key, shelving);
      if (known) {
        report.note(messages().images.build.unchanged({ image, day: known.at.slice(0, 10) }));
        return { key, unchanged: true };
      }
      const { parts, packages } = await make();
      const { architecture, kernelLine, gate } = blueprint;
      if (gate.length > 0 && (parts.kernel === undefined || parts.initrd === undefined))
        throw new MusterError('image.nokernel', { image });
      const kept = await keepParts(parts, shelving);
      const candidate: Candidate = {
        ...{ image, architecture, key, packages, kernelLine, gate },
        parts: kept,
        at: new Date().toISOString(),
        ms: Math.round(performance.now() - began),
        epoch: epochOf(blueprint),
      };
      await keepCandidate(candidate, shelving);
      report.progress(1);
      // Its version tells the card; this is for whoever looks closely.
      report.line(ready(candidate));
      return { key, unchanged: false };
    } finally {
      await builder.discard(folder);
    }
  },
  record: ({ host, image }, { key, unchanged }, state, { run, at }) =>
    noteBuilt(state, { host, image, key, unchanged, run, at }),
});

/** The key of a build, and how it is made. */
async function planned(
  blueprint: Blueprint,
  folder: string,
  { shell, mmdebstrap: builder, packing: packer, signal, report }: Context,
): Promise<{ key: string; make(): Promise<Made> }> {
  const heard = new Heard();
  const onLine = (line: string) => {
    heard.hear(line);
    report.line(line);
  };
  const named = async <T>(work: Promise<T>): Promise<T> =>
    work.catch(async (error) => {
      throw await explained(error, blueprint.image, heard, (name) => builder.namesLike(name));
    });
  const making = { shell, mmdebstrap: builder, packing: packer, folder, signal, report, onLine };
  if (blueprint.kit) {
    const none = { packages: [], files: [] };
    return { key: keyOf(blueprint, none, []), make: () => makeByKit(blueprint, making) };
  }
  const side = boots(blueprint)
    ? { packages: MACHINE_PACKAGES, files: machineFiles(blueprint.formats) }
    : { packages: [], files: [] };
  const recipe = recipeOf(blueprint, side, folder);
  const candidates = await named(builder.candidates(recipe, { signal, onLine }, folder));
  return {
    key: keyOf(blueprint, side, candidates),
    make: () => named(makeDebian(blueprint, { recipe, bench: benchOf(blueprint, side) }, making)),
  };
}

function ready({ image, ms, packages, parts }: Candidate): string {
  const sizes = Object.entries(parts).map(([part, { bytes }]) => `${part} ${humanSize(bytes)}`);
  const facts = { image, time: humanDuration(ms), count: packages.length };
  return messages().images.build.ready({ ...facts, parts: sizes.join(', ') });
}
