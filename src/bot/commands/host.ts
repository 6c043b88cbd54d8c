/** Hosts that are added in a chat, without a file: added, trusted once their key was compared, and removed. */
import { z } from 'zod';
import { Host } from '../../config/config.ts';
import { takenPlace } from '../../config/places.ts';
import { MusterError } from '../../errors.ts';
import { exposedFamily } from '../../jobs/firewall/exposed.ts';
import { OPENED } from '../../jobs/firewall/opened.ts';
import { WRITTEN, writtenBlocks, writtenField } from '../../jobs/keys/known.ts';
import { BEHIND } from '../../jobs/networks.ts';
import { familyOf, membersOf } from '../../jobs/overlay/members.ts';
import { removePlan, rotatePlan } from '../../jobs/plans/host.ts';
import { messages } from '../../messages/messages.ts';
import { HostName } from '../../names.ts';
import { deployedOn } from '../answers/generations.ts';
import { defineCommand } from '../command.ts';
import type { House } from '../house.ts';
import { hostOf } from '../known.ts';

const scope = ({ host }: { host: string }): string => `host/${host}`;
const Port = z.number().int().min(1).max(65_535);
/** A fingerprint, or so much of its beginning that nobody else's begins so. */
const Key = z.string().regex(/^SHA256:[A-Za-z0-9+/]{16,43}$/, { error: () => messages().hosts.prefix });

export const hostAdd = defineCommand({
  name: 'host add',
  about: () => messages().commands['host add'],
  examples: [
    'host add web-2 --link icp --address 192.0.2.11 --label docker',
    'host add web-2 --link icp --address 192.0.2.11 --guardian',
    'host add db-1 --link ssh --address 192.0.2.12 --user muster',
  ],
  input: z.object({
    host: HostName,
    link: z.enum(['icp', 'ssh']),
    address: z.string(),
    port: Port.optional(),
    user: z.string().optional(),
    label: z.array(z.string()).default([]),
    guardian: z.boolean().default(false),
    guardianPort: Port.optional(),
  }),
  words: ['host'],
  risk: 'change',
  // Labels decide what runs on a host, and so which secrets come there.
  scope: ({ host, label }) => [scope({ host }), ...label.map((each) => `label/${each}`)],
  async answer(input, { hosts, caller, config }) {
    const { host: name } = input;
    await demandNotInFiles(name, hosts);
    const entry = entryOf(input);
    const taken = takenPlace(name, entry, config);
    if (taken) throw invalid(messages().config.sharedAddress(taken));
    return hosts.add(name, entry, caller);
  },
});

export const hostTrust = defineCommand({
  name: 'host trust',
  about: () => messages().commands['host trust'],
  examples: ['host trust web-2 SHA256:6fGvPzTzNqQyDkXJ0Yd3mKc0nQ4b1hWl9sZr7uTtE8o'],
  input: z.object({ host: HostName, keys: z.array(Key).min(1) }),
  words: ['host', 'keys'],
  risk: 'change',
  scope,
  async answer({ host: name, keys }, { hosts, caller }) {
    await demandNotInFiles(name, hosts);
    const { fresh } = await hosts.trust(name, keys, caller);
    const { trusted, trustedBefore } = messages().hosts;
    const next = messages().phrases.next({ line: `/prepare ${name}` });
    return { text: `● ${fresh ? trusted({ name }) : trustedBefore({ name })}\n${next}` };
  },
});

export const hostRotate = defineCommand({
  name: 'host rotate',
  about: () => messages().commands['host rotate'],
  examples: ['host rotate web-2'],
  input: z.object({ host: HostName }),
  words: ['host'],
  risk: 'change',
  scope,
  async plan({ host: name }, { hosts, config }) {
    const host = hostOf(config, name);
    await demandNotInFiles(name, hosts);
    if (host.link !== 'icp') throw new MusterError('host.keyless', { host: name });
    return rotatePlan(name);
  },
});

export const hostRemove = defineCommand({
  name: 'host remove',
  about: () => messages().commands['host remove'],
  examples: ['host remove web-2', 'host remove web-2 --force'],
  input: z.object({ host: HostName, force: z.boolean().default(false) }),
  words: ['host'],
  risk: 'destroy',
  scope,
  async plan({ host: name, force }, house) {
    const { config, hosts } = house;
    const enrolled = await hosts.names();
    if (!enrolled.includes(name)) {
      await demandNotInFiles(name, hosts);
      hostOf(config, name);
    }
    // One that a file has, too, is only hidden by it, and may go: what is known of that name is known of the file's.
    if ((await hosts.place(name)) !== undefined) return removePlan(name, []);
    const { uses, forget } = await usesOf(name, house);
    if (uses.length > 0 && !force) throw new MusterError('host.used', { host: name, uses: uses.join(', ') });
    const problems = await hosts.without(name);
    if (problems.length > 0)
      throw new MusterError('host.named', { host: name, problems: problems.join('\n') });
    return removePlan(name, forget);
  },
});

/** Rejects with `host.configured` where a host stands in a file: only there it can be changed. */
async function demandNotInFiles(host: string, hosts: House['hosts']): Promise<void> {
  const place = await hosts.place(host);
  if (place !== undefined) throw new MusterError('host.configured', { host, place });
}

const invalid = (problems: string): MusterError =>
  new MusterError('input.invalid', { problems, help: '/help host add' });

/** The entry as it would stand in a file; rejects with `input.invalid`. */
function entryOf(input: {
  link: 'icp' | 'ssh';
  address: string;
  port?: number;
  user?: string;
  label: string[];
  guardian: boolean;
  guardianPort?: number;
}): Exclude<Host, { link: 'local' }> {
  const { link, address, port, user, label: labels, guardian, guardianPort } = input;
  if (link === 'icp' && user !== undefined) throw invalid(messages().hosts.sshOnly);
  if (link === 'ssh' && (guardian || guardianPort !== undefined)) throw invalid(messages().hosts.icpOnly);
  const second = guardian || guardianPort !== undefined ? { guardian: { address, port: guardianPort } } : {};
  const parsed = Host.safeParse({ link, address, port, labels, ...(link === 'ssh' && { user }), ...second });
  if (parsed.success && parsed.data.link !== 'local') return parsed.data;
  const issues = parsed.error?.issues ?? [];
  throw invalid(issues.map(({ path, message }) => `${optionOf(path)}: ${message}`).join('; '));
}

/** The option that says what stands there in an entry. */
const optionOf = ([key]: readonly PropertyKey[]): string =>
  key === 'labels' ? '--label' : `--${String(key)}`;

/** What is at work or lives on a host, in words, and what live state knows of it. */
async function usesOf(name: string, { config, runs, state, line }: House) {
  const { uses: words } = messages().hosts;
  const open = (await runs.open()).filter(
    ({ id, plan }) => id !== line && plan.stages.some(({ steps }) => steps.some(({ host }) => host === name)),
  );
  const apps = await namesWhere(Object.keys(config.apps), async (app) =>
    Object.hasOwn(await deployedOn(state, app), name),
  );
  const overlays = await namesWhere(Object.keys(config.overlays), async (overlay) =>
    Object.hasOwn(await membersOf(state, overlay), name),
  );
  const exposed = Object.keys(await state.all(exposedFamily(name)));
  const written = (await writtenBlocks(state)).filter(({ host }) => host === name);
  return {
    uses: [
      ...(open.length > 0 ? [words.runs({ runs: open.map(({ id }) => id) })] : []),
      ...(apps.length > 0 ? [words.apps({ apps })] : []),
      ...(overlays.length > 0 ? [words.overlays({ overlays })] : []),
    ],
    forget: [
      ...apps.map((app) => ({ family: `generations/${app}`, name })),
      ...overlays.map((overlay) => ({ family: familyOf(overlay), name })),
      { family: OPENED, name },
      { family: BEHIND, name },
      ...exposed.map((app) => ({ family: exposedFamily(name), name: app })),
      ...written.map((block) => ({ family: WRITTEN, name: writtenField(block) })),
    ],
  };
}

async function namesWhere(names: readonly string[], holds: (name: string) => Promise<boolean>) {
  const found = await Promise.all(names.map(holds));
  return names.filter((_, index) => found[index]);
}
