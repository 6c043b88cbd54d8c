/** How long a container takes until its command says something: through `hub run`, which first fetches a file over the gate, beside the command alone. */
import { spawn } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Authority } from '../../src/adapters/gate/authority.ts';
import { type Gate, openGate } from '../../src/adapters/gate/gate.ts';
import { localShell } from '../../src/adapters/local/shell.ts';
import { HUB_FILES, HUB_FOLDER } from '../../src/hub.ts';
import { openIdentity } from '../../src/identity.ts';
import { importBase } from '../../src/jobs/build/import.ts';
import { buildRoot } from '../../src/jobs/build/root.ts';
import { createLog } from '../../src/log.ts';
import { Scrubber } from '../../src/secret.ts';
import { importBaseImage } from '../../test/base-image.ts';
import { startEngine, type TestEngine } from '../../test/engine.ts';
import { desk } from '../../test/jobs/desk.ts';
import { type Area, percentile } from '../figure.ts';

const MOST_MS = 150;
const CALLER = { app: 'shop', generation: 'r-bench', service: 'web', host: 'local' };

export const start: Area = async function* ({ small }) {
  const engine = await startEngine();
  let gate: Gate | undefined;
  try {
    // At full size as `/build base` makes it; else with this machine's Node and init.
    await (small ? importBaseImage(engine) : buildBase(engine));
    const address = (
      await engine.docker('network', 'inspect', '--format', '{{(index .IPAM.Config 0).Gateway}}', 'bridge')
    ).trim();
    const opened = await openHub(engine, address);
    gate = opened.gate;
    const hub = ['--volume', `${opened.folder}:${HUB_FOLDER}:ro`, 'muster/base', 'echo', 'up'];
    const bare = ['--entrypoint', 'echo', 'muster/base', 'up'];
    const times: [hub: number[], bare: number[]] = [[], []];
    const rounds = small ? 2 : 25;
    for (let round = 0; round < rounds; round += 1) {
      times[0].push(await untilHeard(engine, hub));
      times[1].push(await untilHeard(engine, bare));
    }
    if (opened.served() < rounds)
      throw new Error(`only ${opened.served()} of ${rounds} starts asked the hub`);
    for (const share of [0.5, 0.9]) {
      const [measured, value] = times.map((samples) => percentile(samples, share)) as [number, number];
      yield {
        ...{
          name: `container start through hub run, p${share * 100}`,
          goal: `<= ${MOST_MS} ms more`,
          unit: 'ms',
        },
        ...{ measured, peer: { name: 'without', value }, ok: measured - value <= MOST_MS },
      };
    }
  } finally {
    await gate?.close();
    await engine.stop();
  }
};

async function buildBase(engine: TestEngine): Promise<void> {
  const shell = localShell({ host: 'local' });
  try {
    const { context } = desk(shell, join(engine.root, 'base'));
    const tools = { docker: { socket: engine.socket } };
    await buildRoot.perform({ host: 'local' }, context, tools);
    await importBase.perform({ host: 'local' }, context, tools);
  } finally {
    await shell.close();
  }
}

/** A gate that gives one file and takes lines, and a folder with what a container shows to it. */
async function openHub(
  engine: TestEngine,
  address: string,
): Promise<{ gate: Gate; folder: string; served(): number }> {
  const keys = join(engine.root, 'keys');
  const identity = await openIdentity(keys, 'hub');
  let port = 0;
  const place = () => ({ address: `${address}:${port}`, pins: [identity.fingerprint] });
  const authority = await Authority.open({ keys, lifetime: () => 3_600_000, place });
  let served = 0;
  const gate = await openGate(
    {
      ...{ identity, authority, isManager: async () => false, isLive: async () => true },
      log: createLog({ level: 'silent', scrubber: new Scrubber() }),
      routes: [
        {
          for: 'container',
          method: 'GET',
          path: '/v1/config',
          async answer({ query, signal }) {
            if (query.has('wait')) await new Promise((resolve) => signal.addEventListener('abort', resolve));
            served += 1;
            const content = Buffer.from('{"db": "db.example.org"}\n').toString('base64');
            return {
              headers: { ETag: '"v1"' },
              body: { version: 'v1', files: [{ path: '/tmp/config.json', content, mode: '0640' }] },
            };
          },
        },
        {
          for: 'container',
          method: 'POST',
          path: '/v1/logs',
          answer: async ({ body }) => ({ body: { next: body.toString().trim().split('\n').length } }),
        },
      ],
    },
    { host: address, port: 0 },
  );
  port = gate.port;
  const folder = join(engine.root, 'identity');
  await mkdir(folder);
  const issued = authority.issue(CALLER);
  const { key, certificate, token } = issued;
  const files = { key, certificate, token, place: JSON.stringify(issued.place) };
  for (const [part, text] of Object.entries(files))
    await writeFile(join(folder, HUB_FILES[part as keyof typeof HUB_FILES]), text);
  return { gate, folder, served: () => served };
}

/** From `docker run` until the first of its output, ms; the container is gone when this resolves. */
function untilHeard(engine: TestEngine, words: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const began = performance.now();
    const child = spawn('docker', ['--host', `unix://${engine.socket}`, 'run', '--rm', ...words], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let heard: number | undefined;
    child.stdout.on('data', () => {
      heard ??= performance.now() - began;
    });
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0 && heard !== undefined) resolve(heard);
      else reject(new Error(`a container ended with ${code}`));
    });
  });
}
