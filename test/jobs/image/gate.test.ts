/** Versions that are tried before machines get them: what the step makes of what the try says. The try itself is test/integration/image-boot. */
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import type { Config } from '../../../src/config/config.ts';
import { MusterError } from '../../../src/errors.ts';
import type { Part } from '../../../src/image.ts';
import { gateImage } from '../../../src/jobs/image/gate.ts';
import { gatesOf } from '../../../src/jobs/image/gates.ts';
import { publishImage } from '../../../src/jobs/image/publish.ts';
import type { TrialNews, TrialOrder } from '../../../src/jobs/image/trial.ts';
import type { Here } from '../../../src/jobs/step.ts';
import type { RunOptions, Shell } from '../../../src/shell.ts';
import { idleShell } from '../hall.ts';
import { code, type Hall, openHall, sha256 } from './hall.ts';

let hall: Hall;
let notes: string[] = [];
let lines: string[] = [];
before(async () => {
  hall = await openHall();
});
after(() => hall.close());
beforeEach(() => {
  notes = [];
  lines = [];
});

const END: TrialNews = { kind: 'end', ms: 61_000, console: ['last line'] };

/** A version of an image that a run has made. */
async function published(
  image: string,
  run: string,
  all: Partial<Record<Part, string>> = { kernel: 'kernel', initrd: 'initrd', squashfs: 'root' },
): Promise<string> {
  await hall.build(run, all, { image, gate: ['bios', 'uefi'], kernelLine: 'quiet' });
  const planned = publishImage({ host: 'genesis', to: 'genesis', image, keep: 5 });
  return ((await hall.perform(publishImage, planned, run)) as { version: string }).version;
}

/** Carries the step out where the try says something; gives what it was ordered to do. */
async function tried(
  image: string,
  run: string,
  said: readonly (TrialNews | string)[],
  more: { link?: string; signal?: AbortSignal; fails?: MusterError } = {},
) {
  const orders: TrialOrder[] = [];
  const shell: Shell = {
    ...idleShell('genesis'),
    async run(argv, { stdin, onLine, signal }: RunOptions = {}) {
      assert.equal(argv.at(-1), 'gate');
      orders.push(JSON.parse(stdin as string));
      for (const one of said) onLine?.(typeof one === 'string' ? one : JSON.stringify(one), 'stdout');
      signal?.throwIfAborted();
      if (more.fails) throw more.fails;
      return { code: 0, stdout: '', stderr: '' };
    },
  };
  const context = {
    signal: more.signal ?? new AbortController().signal,
    report: {
      line: (text: string) => void lines.push(text),
      note: (text: string) => void notes.push(text),
      progress: () => {},
    },
    beside: {
      ...{ state: hall.state, run, direction: 'do' },
      config: { hosts: { genesis: { link: more.link ?? 'local' } } } as unknown as Config,
    },
    place: async () => ({ shell, root: hall.root('genesis'), tools: {} }),
  } as unknown as Here;
  const input = gateImage({ host: 'genesis', image, firmware: 'uefi' }).input;
  const result = gateImage.here?.(gateImage.input.parse(input), context);
  return { result, orders };
}

test('a version that called home has passed with that firmware, and is not tried again', async () => {
  const version = await published('passes', 'r-1');
  const stage: TrialNews = { kind: 'stage', stage: 'root', ms: 40_000 };
  const { result, orders } = await tried('passes', 'r-1', [{ kind: 'line', text: 'hello' }, stage, END]);
  assert.deepEqual(await result, { version });
  assert.deepEqual(orders[0], {
    root: hall.root('genesis'),
    bootable: {
      version,
      kernel: { sha256: sha256('kernel'), bytes: 6 },
      initrd: { sha256: sha256('initrd'), bytes: 6 },
      root: { sha256: sha256('root'), bytes: 4 },
      format: 'squashfs',
      kernelLine: 'quiet',
    },
    firmware: 'uefi',
    fast: true,
  });
  assert.deepEqual(lines, ['hello', 'root file system after 40 s']);
  assert.deepEqual(notes, [`${version} was up with UEFI after 1 min 1 s`]);
  const { uefi, bios } = await gatesOf(hall.state, version as never);
  assert.deepEqual([uefi?.outcome, uefi?.ms, uefi?.run, bios], ['passed', 61_000, 'r-1', undefined]);
  const again = await tried('passes', 'r-1', []);
  await again.result;
  assert.equal(again.orders.length, 0);
});

test('a version that did not boot fails by its cause, with what the console showed, and that is kept', async () => {
  const version = await published('fails', 'r-2');
  const failure = { stage: 'root', code: 'told', cause: 'sha256', detail: 'got a want b' } as const;
  const { result } = await tried('fails', 'r-2', [{ ...END, failure }]);
  await assert.rejects(result as Promise<unknown>, (error: MusterError) => {
    assert.equal(error.message, `${version} did not boot with UEFI: root file system: sha256: got a want b`);
    assert.deepEqual(error.lines, ['last line']);
    return error.code === 'image.gate';
  });
  const { uefi } = await gatesOf(hall.state, version as never);
  assert.deepEqual(
    [uefi?.outcome, uefi?.cause, uefi?.console],
    ['failed', 'root file system: sha256: got a want b', ['last line']],
  );
});

test('a try that could not begin says nothing of the version', async () => {
  const version = await published('never', 'r-3');
  const fails = new MusterError('shell.notfound', { program: 'setpriv', host: 'genesis' });
  await assert.rejects(
    (await tried('never', 'r-3', [], { fails })).result as Promise<unknown>,
    code('shell.notfound'),
  );
  await assert.rejects(
    (await tried('never', 'r-3', ['no JSON', '{"kind":"else"}'])).result as Promise<unknown>,
  );
  assert.deepEqual(lines, ['no JSON', '{"kind":"else"}']);
  const aborted = AbortSignal.abort(new Error('cancelled'));
  await assert.rejects(
    (await tried('never', 'r-3', [], { signal: aborted })).result as Promise<unknown>,
    /cancelled/,
  );
  assert.deepEqual(await gatesOf(hall.state, version as never), {});
});

test('images are tried where Muster runs, and only those that boot', async () => {
  await published('elsewhere', 'r-4');
  await assert.rejects(
    (await tried('elsewhere', 'r-4', [END], { link: 'ssh' })).result as Promise<unknown>,
    code('image.gatehost'),
  );
  await published('bootless', 'r-5', { docker: 'root' });
  await assert.rejects(
    (await tried('bootless', 'r-5', [END])).result as Promise<unknown>,
    code('image.gateless'),
  );
});
