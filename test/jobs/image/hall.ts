/** Steps on images over two libraries in folders of their own, with a real Redis, for a test. */
import { createHash, generateKeyPairSync } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { localShell } from '../../../src/adapters/local/shell.ts';
import type { Config } from '../../../src/config/config.ts';
import { MusterError } from '../../../src/errors.ts';
import { library, type Part } from '../../../src/image.ts';
import { Audit } from '../../../src/jobs/audit.ts';
import { type Candidate, candidateFile, noteBuilt } from '../../../src/jobs/image/candidate.ts';
import { ImageStore } from '../../../src/jobs/image/store.ts';
import { Ledger } from '../../../src/jobs/ledger.ts';
import { RedisState } from '../../../src/jobs/state.ts';
import type { AnyStep, PlannedStep } from '../../../src/jobs/step.ts';
import { Scrubber } from '../../../src/secret.ts';
import { printable } from '../../../src/shell.ts';
import { startRedis } from '../../redis.ts';
import { alone } from '../beside.ts';

export const KEY = '0123456789abcdef';
export const sha256 = (content: string | Buffer): string =>
  createHash('sha256').update(content).digest('hex');
/** Whether something was refused with a code. */
export const code = (expected: string) => (error: unknown) =>
  error instanceof MusterError && error.code === expected;

export async function openHall() {
  const folder = await mkdtemp(join(tmpdir(), 'muster-image-'));
  const server = await startRedis('everysec');
  const redis = server.connect();
  const ledger = new Ledger(redis);
  const audit = new Audit({ redis, ledger, scrubber: new Scrubber() });
  const state = new RedisState(redis);
  const store = new ImageStore({ redis, ledger, audit });
  const { privateKey } = generateKeyPairSync('ed25519');
  const shells = Object.fromEntries(
    ['builder', 'genesis', 'small'].map((host) => [host, localShell({ host })] as const),
  );
  const config = { machines: {}, profiles: {} } as unknown as Config;
  const root = (host: string) => join(folder, host);
  const notes: string[] = [];
  return {
    state,
    store,
    notes,
    config,
    root,
    /** Files of a candidate on a host, as a build leaves them; gives the candidate. */
    async build(
      run: string,
      parts: Partial<Record<Part, string | Buffer>>,
      some: Partial<Candidate> & { host?: string } = {},
    ): Promise<Candidate> {
      const { host = 'genesis', ...more } = some;
      const candidate: Candidate = {
        image: 'debian-live',
        architecture: 'amd64',
        key: KEY,
        at: '2026-11-21T02:00:00.000Z',
        ms: 129_000,
        epoch: 1_686_355_200,
        gate: [],
        packages: ['curl 7.88.1-10+deb12u9', 'zlib1g 1:1.2.13.dfsg-1'],
        kernelLine: '',
        parts: {},
        ...more,
      };
      for (const [part, content] of Object.entries(parts) as [Part, string | Buffer][]) {
        const blob = { sha256: sha256(content), bytes: Buffer.byteLength(content) };
        candidate.parts[part] = blob;
        await write(library(root(host)).blob(blob.sha256), content);
      }
      await write(candidateFile(root(host), candidate.image, candidate.key), JSON.stringify(candidate));
      const { image, key, at } = candidate;
      await noteBuilt(state, { image, key, host, run, at, unchanged: false });
      return candidate;
    },
    /** Carries a step out, as a worker does. */
    async perform(
      step: AnyStep,
      planned: PlannedStep,
      run: string,
      options: { direction?: 'do' | 'undo'; signal?: AbortSignal; onProgress?: (share: number) => void } = {},
    ): Promise<unknown> {
      const { direction = 'do', signal = new AbortController().signal, onProgress = () => {} } = options;
      const requester = async () => ({ person: 'reem', platform: 'console', chat: 'console' });
      return step.here?.(step.input.parse(planned.input), {
        logs: undefined,
        signal,
        report: {
          line: (text) => void notes.push(printable(text)),
          note: (text) => void notes.push(printable(text)),
          progress: onProgress,
        },
        beside: {
          ...alone,
          state,
          config,
          run,
          direction,
          secret: async () => Promise.reject(new Error('no secrets here')),
          images: { store, key: async () => privateKey, requester },
        },
        place: async (host) => ({
          shell: shells[host] ?? localShell({ host }),
          root: root(host),
          tools: {},
        }),
      });
    },
    async close() {
      await Promise.all(Object.values(shells).map((shell) => shell.close()));
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
export type Hall = Awaited<ReturnType<typeof openHall>>;

export async function write(path: string, content: string | Buffer): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
}
