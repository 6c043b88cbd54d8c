/** Opens what an app exposes on a host, and closes what it exposes no more: nothing else of the firewall changes. */
import { z } from 'zod';
import { appOwner, exposedBy, hasFirewall, placing } from '../../config/host-firewall.ts';
import { hostsOf } from '../../config/hosts.ts';
import { MusterError } from '../../errors.ts';
import { diff } from '../../firewall/changes.ts';
import { allZones, Firewall, Rule } from '../../firewall/firewall.ts';
import { messages } from '../../messages/messages.ts';
import { AppName, HostName } from '../../names.ts';
import { networksOf, probesFrom } from '../networks.ts';
import { type Beside, defineStep, type StepContext } from '../step.ts';
import { type Exposure, exposureOf, isLive, noteExposure } from './exposed.ts';
import { Probes } from './input.ts';
import { knockAll } from './knock.ts';
import { revertInTime } from './revert.ts';

/** How long it may stay without being kept, ms: time enough to come in again. */
const KEEP_WITHIN_MS = 60_000;

const Input = z.strictObject({
  host: HostName,
  app: AppName,
  /** All that the app is to expose there. */
  rules: z.array(Rule),
  probes: Probes,
  /** The address sets that they name, added when it starts. */
  sets: Firewall.shape.sets,
});
type Input = z.output<typeof Input>;

/**
 * Where another change waits to be kept it is tried again for a minute; whoever made that one has to come in meanwhile. What
 * is in force is read and changed in one step of the host's lane, so that no other change gets lost.
 */
export const exposeApp = defineStep({
  name: 'firewall.expose',
  guards: true,
  input: Input,
  uses: {},
  timeout: '5m',
  retry: { times: 6, pause: '1s' },
  title: ({ host, app, rules }) =>
    rules.length > 0
      ? messages().jobs.steps.expose({ host, app, ports: portsOf(rules) })
      : messages().jobs.steps.closeApp({ host, app }),
  brief: (input, beside) => (beside.direction === 'do' ? begin(input, beside) : goBack(input, beside)),
  async run(input, context) {
    const { host, app, rules } = input;
    const { guarding, run, signal, report } = context;
    const { good, pending, rules: before } = await guarding.show(signal);
    const { notes } = messages().jobs;
    if (before === null) {
      report.note(notes.notInForce({ host, app }));
      return {};
    }
    if (pending && pending.id !== run) throw new MusterError('firewall.waiting', pending);
    await change(input, before, run, context);
    report.note(
      rules.length > 0 ? notes.exposed({ host, app, ports: portsOf(rules) }) : notes.unexposed({ host, app }),
    );
    // Cut off after it was kept, it finds itself: then what was there before is not known any more.
    return pending || good === run ? {} : { inForce: before.rules.filter(isOf(app)) };
  },
  async undo(input, context) {
    const { guarding, run, signal } = context;
    await revertInTime(guarding, run, KEEP_WITHIN_MS);
    const { pending, rules } = await guarding.show(signal);
    if (rules === null) return undefined;
    const name = `${run}-undo`;
    if (pending && pending.id !== name) throw new MusterError('firewall.waiting', pending);
    await change(input, rules, name, context);
    return undefined;
  },
  async record({ host, app }, { inForce }: { inForce?: Rule[] }, state) {
    const noted = await exposureOf(state, host, app);
    if (noted && inForce) await noteExposure(state, host, app, { ...noted, inForce });
  },
});

/** Notes what is to be open; undefined where the host has no firewall any more. */
async function begin({ host, app, rules, probes }: Input, { state, run, config }: Beside) {
  if (!hasFirewall(config, host)) return undefined;
  const settings = Object.hasOwn(config.apps, app) ? config.apps[app] : undefined;
  const there = settings && hostsOf(config, settings.hosts).includes(host);
  const declared = new Set(there ? exposedBy(app, settings.expose).map(({ id }) => id) : []);
  const wanted = rules.filter(({ id }) => declared.has(id));
  const noted = await exposureOf(state, host, app);
  const mine: Exposure = noted?.run === run ? noted : { rules: [], run, before: noted?.rules };
  await noteExposure(state, host, app, { ...mine, rules: wanted });
  const named = new Set(wanted.flatMap(({ sources }) => sources));
  const sets = Object.values(config.firewall).flatMap((part) =>
    hostsOf(config, part.hosts).includes(host) ? Object.entries(part.sets) : [],
  );
  const place = placing(config, host, await networksOf(config, state, host));
  return {
    rules: wanted.map((rule) => Rule.parse(place(rule))),
    sets: Object.fromEntries(sets.filter(([name]) => named.has(`@${name}`))),
    probes: await probesFrom(state, config, host, probes),
  };
}

/** Notes what was open before this run; undefined where the run noted nothing. */
async function goBack({ host, app, probes }: Input, { state, run, config }: Beside) {
  const noted = await exposureOf(state, host, app);
  if (noted?.run !== run) return undefined;
  // What a release from before there was a firewall had open, nobody noted: it goes on as it was.
  const rules = noted.before ?? noted.inForce ?? ((await isLive(state, host, app)) ? noted.rules : []);
  await noteExposure(state, host, app, { ...noted, rules, before: rules });
  const place = placing(config, host, await networksOf(config, state, host));
  return {
    rules: rules.map((rule) => Rule.parse(place(rule))),
    probes: await probesFrom(state, config, host, probes),
  };
}

/** In force, knocked, kept; nothing where the app's rules are these already. */
async function change(
  { host, app, rules, probes, sets }: Input,
  before: Firewall,
  name: string,
  { guarding, signal, report }: StepContext,
): Promise<void> {
  const after = withRules(host, before, app, rules, sets);
  const lines = diff(before, after);
  // What this run put in force and nobody kept yet is no change any more, but has to be kept.
  const { pending } = await guarding.show(signal);
  if (lines.length === 0 && !pending) return;
  for (const line of lines) report.line(line);
  const asked = { change: name, by: appOwner(app), rules: after, keepWithin: KEEP_WITHIN_MS, overwrite: [] };
  await guarding.apply(asked, signal);
  await knockAll(host, probes, { signal, report });
  await guarding.keep(name, signal);
}

/** A firewall with these rules of an app and no others of it. Throws `firewall.unapplied` where it lacks a zone that they name. */
export function withRules(
  host: string,
  before: Firewall,
  app: string,
  rules: readonly Rule[],
  sets: Firewall['sets'],
): Firewall {
  const zones = new Set(allZones(before).map(({ name }) => name));
  const zone = rules.flatMap((rule) => rule.zones).find((name) => !zones.has(name));
  if (zone !== undefined) throw new MusterError('firewall.unapplied', { host, zone });
  return Firewall.parse({
    ...before,
    sets: { ...sets, ...before.sets },
    rules: [...before.rules.filter((rule) => !isOf(app)(rule)), ...rules],
  });
}

const isOf =
  (app: string) =>
  ({ owner }: Rule): boolean =>
    owner === appOwner(app);

/** `8080, udp/53`. */
const portsOf = (rules: readonly Rule[]): string =>
  [...new Set(rules.flatMap(({ protocol, ports }) => ports.map((port) => named(protocol, port))))].join(', ');

const named = (protocol: string, port: string): string => (protocol === 'tcp' ? port : `${protocol}/${port}`);
