/** Boots a version as a machine would, before machines do: with a BIOS or with UEFI, until it calls home. */
import { z } from 'zod';
import { asMusterError, MusterError } from '../../errors.ts';
import { ImageVersion, rootOf } from '../../image.ts';
import { messages } from '../../messages/messages.ts';
import { HostName, ImageName } from '../../names.ts';
import { programArgv } from '../../program.ts';
import { humanDuration } from '../../units.ts';
import { defineStep, type Here } from '../step.ts';
import { GATES } from './candidate.ts';
import { type Gate, gatesOf, noteGate } from './gates.ts';
import { versionOfRun } from './promote.ts';
import { type TrialFailure, TrialNews, type TrialOrder } from './trial.ts';
import { type ImageRecord, versionIn } from './versions.ts';

/**
 * A network, processes and mounts of its own, all of which the kernel removes once the first of these processes is gone, however
 * that ended: it is with whoever started it.
 */
const ALONE = [
  ...['setpriv', '--pdeathsig', 'KILL', '--'],
  ...['unshare', '--net', '--pid', '--fork', '--kill-child', '--mount-proc', '--'],
];

export const gateArgv = (): string[] => [...ALONE, ...programArgv(), 'gate'];

export const gateImage = defineStep({
  name: 'image.gate',
  // Those for BIOS and UEFI run side by side.
  lane: 'read',
  input: z.strictObject({
    /** The host that machines boot from. */
    host: HostName,
    image: ImageName,
    /** By default the version that the run has made. */
    version: ImageVersion.optional(),
    firmware: z.enum(GATES),
  }),
  uses: {},
  timeout: '1h',
  title: ({ image, version, firmware }) =>
    messages().images.gate.step({
      image: version ?? image,
      firmware: messages().images.firmware[firmware],
    }),
  run: () => Promise.reject(new MusterError('internal', { message: 'image.gate' })),
  async here({ host, image, version, firmware }, context) {
    const { beside, report } = context;
    const { state, run, direction } = beside;
    if (direction === 'undo') return undefined;
    const record =
      version === undefined ? await versionOfRun(image, beside) : await versionIn(state, version);
    if (!record) throw new MusterError('image.unknown', { version });
    const name = record.manifest.version;
    const words = messages().images;
    const facts = { version: name, firmware: words.firmware[firmware] };
    if (version === undefined && (await gatesOf(state, name))[firmware]?.outcome === 'passed') {
      report.note(words.gate.before(facts));
      return { version: name };
    }
    const { ms, failure, console } = await tried(
      orderOf(record, firmware, await context.place(host)),
      host,
      context,
    );
    const cause = failure && causeOf(failure);
    await noteGate(state, name, firmware, {
      outcome: failure ? 'failed' : 'passed',
      ...{ ms, at: new Date().toISOString(), run, console: failure ? console : [] },
      ...(cause !== undefined && { cause }),
    });
    if (failure) throw new MusterError('image.gate', { ...facts, cause }, { lines: console });
    report.note(words.gate.passed({ ...facts, time: humanDuration(ms) }));
    return { version: name };
  },
  undo: async () => undefined,
});

/** Rejects with `image.bootless` where it is none that boots. */
function orderOf({ manifest }: ImageRecord, firmware: Gate, { root }: { root: string }): TrialOrder {
  const { kernel, initrd } = manifest.parts;
  const found = rootOf(manifest);
  const { version, kernelLine, image, architecture } = manifest;
  if (!kernel || !initrd || !found || architecture !== 'amd64')
    throw new MusterError('image.gateless', { image, version });
  const { format, blob } = found;
  return {
    root,
    bootable: { version, kernel, initrd, root: blob, format, kernelLine },
    firmware,
    fast: true,
  };
}

/** Carries it out in a process of its own; rejects as programs do where that could not even begin. */
async function tried(order: TrialOrder, host: string, { beside, place, signal, report }: Here) {
  // Where Muster does not run there is none of its programs.
  if (beside.config.hosts[host]?.link !== 'local') throw new MusterError('image.gatehost', { host });
  const { shell } = await place(host);
  let end: Extract<TrialNews, { kind: 'end' }> | undefined;
  const words = messages().images.gate;
  const onLine = (line: string, stream: 'stdout' | 'stderr') => {
    const news = stream === 'stdout' ? parsed(line) : undefined;
    if (!news) report.line(line);
    else if (news.kind === 'line') report.line(news.text);
    else if (news.kind === 'stage') {
      report.progress(PROGRESS[news.stage]);
      report.line(words.reached({ stage: words.stages[news.stage], time: humanDuration(news.ms) }));
    } else if (news.kind === 'news' && news.news.outcome === 'retried')
      report.note(causeOf({ ...news.news, code: 'told' }));
    else if (news.kind === 'end') end = news;
  };
  await shell.run(gateArgv(), { stdin: JSON.stringify(order), signal, onLine }).catch((error) => {
    signal.throwIfAborted();
    if (!end) throw asMusterError(error);
  });
  if (!end) throw new MusterError('internal', { message: 'image.gate' });
  return end;
}

/** The share of the time of a boot that each stage is reached after, as measured. */
const PROGRESS = {
  dhcp: 0.05,
  loader: 0.1,
  script: 0.15,
  kernel: 0.2,
  initrd: 0.25,
  root: 0.5,
  configured: 0.9,
  up: 1,
};

function parsed(line: string): TrialNews | undefined {
  try {
    return TrialNews.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}

/** In words. */
function causeOf({ stage, code, cause, detail }: TrialFailure): string {
  const words = messages().images.gate;
  return words.causes[code]({ stage: words.stages[stage], cause, detail });
}
