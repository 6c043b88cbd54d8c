import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AgentLink } from '../../src/adapters/icp/link.ts';
import { serve } from '../../src/adapters/icp/server.ts';
import { localShell } from '../../src/adapters/local/shell.ts';
import { sshShell } from '../../src/adapters/ssh/shell.ts';
import { Steps } from '../../src/agent/steps.ts';
import { openIdentity } from '../../src/identity.ts';
import { overShell } from '../../src/jobs/carry-out.ts';
import { guardedBy } from '../../src/jobs/guardian.ts';
import { overAgent } from '../../src/jobs/remote.ts';
import type { AnyStep } from '../../src/jobs/step.ts';
import { createLog } from '../../src/log.ts';
import { Scrubber } from '../../src/secret.ts';
import type { Shell } from '../../src/shell.ts';
import { noSshd, startSshd } from '../adapters/ssh/sshd.ts';
import { siteConformance } from '../conformance/site.ts';

const host = 'web-2';
const around = { tools: {}, loginTo: () => undefined, guarding: guardedBy(host, undefined) };
const over = (shell: Shell) => overShell({ shell, root: '/nonexistent', ...around });

siteConformance('this machine', {}, async () => {
  const shell = localShell({ host });
  return { site: over(shell), close: () => shell.close() };
});

siteConformance('a host over ssh', { skip: noSshd }, async () => {
  const sshd = await startSshd();
  const { port, user, keyFile, hostKeys } = sshd;
  const shell = sshShell({ host, address: '127.0.0.1', port, user, keyFile, hostKey: hostKeys.ed25519 });
  return {
    site: over(shell),
    async close() {
      await shell.close();
      await sshd.close();
    },
  };
});

siteConformance('a host over an agent', {}, async (known) => {
  const folder = await mkdtemp(join(tmpdir(), 'muster-agent-'));
  const log = createLog({ level: 'silent', scrubber: new Scrubber() });
  const [agent, manager] = [await openIdentity(folder, 'agent'), await openIdentity(folder, 'manager')];
  const steps = new Steps({
    folder: join(folder, 'steps'),
    root: join(folder, 'root'),
    step: (name) => known.find((step) => step.name === name) as AnyStep,
    log,
  });
  await steps.start();
  const parts = { identity: agent, trusted: () => [manager.fingerprint], commands: steps.commands, log };
  const server = await serve(parts, '127.0.0.1', 0);
  const there = { host, address: '127.0.0.1', port: server.port, key: agent.fingerprint };
  const link = new AgentLink(async () => ({ ...there, identity: manager }));
  return {
    site: overAgent({ host, link, ...around }),
    async close() {
      await link.close();
      await server.close();
      await steps.close();
      await rm(folder, { recursive: true });
    },
  };
});
