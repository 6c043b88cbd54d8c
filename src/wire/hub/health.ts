/** The part of the hub that watches over health: what is observed, from where, and who is told. */
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bodyOf } from '../../adapters/gate/route.ts';
import type { HostCheck } from '../../config/checks.ts';
import { environmentsOf, hostsOf, hostsOfSubject } from '../../config/hosts.ts';
import { HubReport } from '../../hub.ts';
import { HealthHub } from '../../hubs/health/health.ts';
import type { Observation } from '../../hubs/health/monitor.ts';
import { appId, environmentId, hostId, subjectOf } from '../../hubs/health/names.ts';
import { publicStatus, statusPage } from '../../hubs/health/page.ts';
import type { Environments } from '../../hubs/health/rollup.ts';
import { type Check, Scheduler } from '../../hubs/health/scheduler.ts';
import { newBases } from '../../jobs/bases.ts';
import { LateIdentities } from '../../jobs/deploy/late.ts';
import { changesOn } from '../../jobs/health/changes.ts';
import { hostCheck, hostCheckName, usualCheck } from '../../jobs/health/host-checks.ts';
import { HostWatch } from '../../jobs/health/host-watch.ts';
import type { HostProbe } from '../../jobs/health/look.ts';
import { networkCheck } from '../../jobs/health/network-checks.ts';
import { QuietTimes } from '../../jobs/health/quiet.ts';
import { HealthRecord } from '../../jobs/health/record.ts';
import { SignsOfLife } from '../../jobs/health/signs.ts';
import { messages } from '../../messages/messages.ts';
import type { HubPart, HubWire } from './part.ts';

/** How often it is read what is quiet, who gives signs of life, and what is configured, ms. */
const LOOK_MS = 1_000;
/** From one host that is looked at for the first time to the next, ms. */
const APART_MS = 20;

export async function openHealth({ options, state, config, links, folder }: HubWire): Promise<HubPart> {
  const { log, scrubber } = options;
  const record = new HealthRecord(state.state);
  const quiet = new QuietTimes({ record, runs: state.runs, config: () => config.current });
  const appHosts = (app: string) => hostsOfSubject(config.current, appId(app));
  let [known, of]: [Environments, unknown] = [new Map(), undefined];
  const environments = () => {
    if (of !== config.current)
      [known, of] = [
        new Map(
          [...environmentsOf(config.current)].map(([name, hosts]) => [
            environmentId(name),
            new Set(hosts.map(hostId)),
          ]),
        ),
        config.current,
      ];
    return known;
  };
  const maintained = (subject: string) => {
    const host = subject.startsWith(hostId('')) ? subject.slice(hostId('').length) : undefined;
    const environment = host === undefined ? undefined : config.current.hosts[host]?.environment;
    // What is said of an environment holds for its hosts, and so for what runs on them.
    return (
      quiet.of(subject) ?? (environment === undefined ? undefined : quiet.of(environmentId(environment)))
    );
  };
  const hub = await HealthHub.open({
    folder: join(folder, 'health'),
    alarms: state.alerts,
    maintained,
    environments,
    buttons,
    async context(id) {
      await quiet.refresh();
      const changes = await changesOn(subjectOf(id), Date.now(), {
        runs: state.runs,
        audit: state.audit,
        hostsOf: (subject) => hostsOfSubject(config.current, subject),
        newBases: () => newBases(state.state),
      });
      return { changes: changes.map(({ text }) => text) };
    },
    publish: (subject, standing) => record.publish(subject, standing),
    clean: (text) => scrubber.text(text),
    log,
  });
  const scheduler = new Scheduler();
  const reach = async (host: string) => {
    // It may have been added a moment ago.
    if (!Object.hasOwn(config.current.hosts, host)) await config.refresh();
    return links.reach(host);
  };
  const observe = (seen: Observation) => hub.observe(seen);
  const parts = { reach, observe, again: (name: string) => scheduler.soon(name) };
  const looked = new Set<string>();
  const watches = new Map<string, { apps: string; watch: HostWatch }>();
  /** Watches over what is configured now, and forgets what is not any more. */
  const agree = () => {
    const { hosts, apps, checks } = config.current;
    const names = Object.keys(hosts);
    const network = Object.entries(checks).flatMap(([name, check]) =>
      'on' in check ? [] : [networkCheck(name, check, observe)],
    );
    const onHosts = Object.entries(checks).flatMap(([name, check]): Check[] =>
      'on' in check
        ? hostsOf(config.current, check.on).map((host) =>
            hostCheck({ name, host, probe: probeOf(check), ...check }, parts),
          )
        : [],
    );
    scheduler.set([...names.map((host) => usualCheck(host, parts)), ...network, ...onHosts]);
    // Whoever is new is looked at soon, one after the other, and not only when its turn comes.
    for (const [index, host] of names.filter((name) => !looked.has(name)).entries()) {
      looked.add(host);
      setTimeout(() => scheduler.soon(hostCheckName(host)), index * APART_MS).unref();
    }
    const wanted = new Map(
      names.map((host) => [
        host,
        Object.keys(apps)
          .filter((app) => appHosts(app).includes(host))
          .sort(),
      ]),
    );
    for (const [host, { apps: before, watch }] of watches) {
      const now = wanted.get(host) ?? [];
      if (now.join() === before) continue;
      watches.delete(host);
      watch.leave();
      void watch.close();
    }
    for (const [host, own] of wanted) {
      if (own.length === 0 || watches.has(host)) continue;
      const watch = new HostWatch({
        host,
        apps: own,
        reach,
        observe,
        forget: (id) => hub.monitor.forget(id),
        maintained: (subject) => maintained(subject) !== undefined,
        onLost: () => scheduler.soon(hostCheckName(host)),
        log,
      });
      watches.set(host, { apps: own.join(), watch });
    }
    const own = new Set(Object.keys(checks));
    for (const { id, checks: seen } of [...hub.monitor.all()]) {
      const [kind, name = ''] = id.split('/');
      if (
        (kind === 'host' && !Object.hasOwn(hosts, name)) ||
        (kind === 'app' && !Object.hasOwn(apps, name)) ||
        (kind === 'check' && !own.has(name))
      )
        hub.monitor.forget(id);
      // A check that was taken away is told of no more, and would only run out.
      else if (kind === 'host' || id === `app/${name}`)
        for (const { check, status } of seen)
          if (status === 'unknown' && !own.has(check) && !USUAL.has(check)) hub.monitor.forget(id, check);
    }
  };
  const signs = new SignsOfLife({ seen: state.seen, observe, forget: (id) => hub.monitor.forget(id) });
  const late = new LateIdentities({
    ...{ state: state.state, observe, forget: (id, check) => hub.monitor.forget(id, check) },
    apps: () => Object.keys(config.current.apps),
  });
  let before = config.current;
  let looks = 0;
  const look = async () => {
    if (config.current !== before) agree();
    before = config.current;
    await Promise.all([quiet.refresh(), signs.look()]);
    looks += 1;
    if (looks % 60 === 1) await late.look();
    if (looks % 5 !== 1) return;
    await record.beat(Date.now());
    const { page } = config.current.hub;
    if (page !== undefined) await writePage(page, publicStatus(hub.standings('app/'), Date.now()));
  };
  let looking: Promise<void> | undefined;
  const timer = setInterval(() => {
    looking ??= look()
      .catch((err) => log.warn({ err }, 'what is watched could not be looked up'))
      .finally(() => {
        looking = undefined;
      });
  }, LOOK_MS);
  await quiet.refresh();
  hub.start(await state.alerts.raised());
  agree();
  scheduler.start();
  return {
    routes: [
      {
        for: 'container',
        method: 'POST',
        path: '/v1/health',
        async answer(asked) {
          hub.report(asked.caller, bodyOf(HubReport, asked));
          return { status: 204 };
        },
      },
    ],
    async close() {
      clearInterval(timer);
      scheduler.stop();
      await Promise.all([...watches.values()].map(({ watch }) => watch.close()));
      await looking;
      await hub.close();
    },
  };
}

/** Writes what everybody may know, each file in one move. */
async function writePage(folder: string, status: ReturnType<typeof publicStatus>): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o755 });
  const files = { 'status.json': `${JSON.stringify(status)}\n`, 'index.html': statusPage(status) };
  for (const [name, text] of Object.entries(files)) {
    await writeFile(join(folder, `.${name}.new`), text, { mode: 0o644 });
    await rename(join(folder, `.${name}.new`), join(folder, name));
  }
}

const USUAL = new Set(['reach', 'engine', 'disk', 'memory', 'load', 'time']);

/** What can be done about something: each a line that anybody may type. */
function buttons(id: string): { label: string; line: string }[] {
  const { restart, rollback, log, why } = messages().health.buttons;
  const subject = subjectOf(id);
  const app = subject.startsWith('app/') ? subject.slice('app/'.length) : undefined;
  if (app === undefined)
    return subject.startsWith(hostId('')) ? [{ label: why, line: `/why-sick ${subject}` }] : [];
  return [
    { label: restart, line: `/restart ${app}` },
    { label: rollback, line: `/rollback ${app}` },
    { label: log, line: `/logs ${app}` },
  ];
}

/** A check of the configuration as a host is asked it. */
function probeOf(check: HostCheck): HostProbe {
  const { every: _every, bad: _bad, good: _good, on: _on, ...asked } = check;
  if (asked.kind === 'command') return { kind: 'command', argv: asked.run, within: asked.within };
  const { within: _within, ...probe } = asked;
  return probe;
}
