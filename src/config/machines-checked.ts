/** What no machine, profile or boot server can know by itself: whether they fit together, and into the rest. */
import { Mac } from '../boot.ts';
import { messages } from '../messages/messages.ts';
import { suggest } from '../suggest.ts';
import type { ConfigProblem } from './problem.ts';
import { type Entries, each, isMap, list, placeOf, type Section, strings } from './sections.ts';

/** Machines that cannot be told apart, names that nothing has, and a boot server that could not be. */
export const strangeMachines = (entries: Entries): ConfigProblem[] => [
  ...sharedMarks(entries),
  ...danglingMachines(entries),
  ...danglingProfiles(entries),
  ...strangeBoot(entries),
];

/** Machines of which nothing says how they are known: none that asks is ever one of them. */
export const unmarkedMachines = (entries: Entries): ConfigProblem[] =>
  [...entries.machines].flatMap(([name, { raw, source }]) => {
    const { mac, uuid, serial } = isMap(raw) ? raw : {};
    return [...(Array.isArray(mac) ? mac : [mac]), uuid, serial].some((mark) => mark !== undefined)
      ? []
      : [source.problem(['machines', name], messages().machines.config.unmarked, 'key')];
  });

/** Hosts that machines are switched from and nothing has. */
export const strangePowerHosts = (entries: Entries): ConfigProblem[] =>
  each(entries, 'machines').flatMap(({ name, raw, source }) => {
    const on = isMap(raw.power) && raw.power.kind === 'libvirt' ? raw.power.on : undefined;
    return typeof on === 'string' && !entries.hosts.has(on)
      ? [source.problem(['machines', name, 'power', 'on'], unknown(entries, 'hosts', on))]
      : [];
  });

/** A MAC address, UUID or serial number that two machines have. */
function sharedMarks(entries: Entries): ConfigProblem[] {
  const first = new Map<string, string>();
  return each(entries, 'machines').flatMap(({ name, raw, source }) => {
    const macs = strings(raw.mac).flatMap(([index, text]) => {
      const mac = Mac.safeParse(text).data;
      return mac === undefined ? [] : [{ path: ['mac', index], what: mac }];
    });
    const words = ['uuid', 'serial'].flatMap((key) =>
      typeof raw[key] === 'string' ? [{ path: [key], what: raw[key] }] : [],
    );
    return [...macs, ...words].flatMap(({ path, what }) => {
      const mark = `${path[0]} ${path[0] === 'serial' ? what : what.toLowerCase()}`;
      const owner = first.get(mark) ?? name;
      first.set(mark, owner);
      if (owner === name) return [];
      const place = placeOf(entries.machines.get(owner)!, 'machines', owner);
      const message = messages().machines.config.twice({ what, owner: `${owner} (${place})` });
      return [source.problem(['machines', name, ...path], message)];
    });
  });
}

function danglingMachines(entries: Entries): ConfigProblem[] {
  return each(entries, 'machines').flatMap(({ name, raw, source }) => [
    ...named(entries, 'profiles', raw.profile).map((message) =>
      source.problem(['machines', name, 'profile'], message),
    ),
    ...named(entries, 'images', imageIn(raw.image)).map((message) =>
      source.problem(['machines', name, 'image'], message),
    ),
  ]);
}

function danglingProfiles(entries: Entries): ConfigProblem[] {
  return each(entries, 'profiles').flatMap(({ name, raw, source }) => {
    const at = (path: (string | number)[], found: string[]) =>
      found.map((message) => source.problem(['profiles', name, ...path], message));
    const logins = Object.entries(isMap(raw.logins) ? raw.logins : {});
    return [
      ...at(['image'], named(entries, 'images', imageIn(raw.image))),
      ...at(['stack'], named(entries, 'apps', raw.stack)),
      ...list(raw.files).flatMap((file, index) => at(['files', index], named(entries, 'files', file))),
      ...logins.flatMap(([user, groups]) =>
        list(groups).flatMap((group, index) =>
          at(['logins', user, index], named(entries, 'keyGroups', group)),
        ),
      ),
    ];
  });
}

/** A boot server on a host that is not Muster's own, or whose image for strangers shows nothing. */
function strangeBoot(entries: Entries): ConfigProblem[] {
  const { boot, hosts, images } = entries;
  const words = messages().machines.config;
  const problem = (key: string, message: string) => boot.get(key)!.source.problem(['boot', key], message);
  const text = (key: string) => {
    const raw = boot.get(key)?.raw;
    return typeof raw === 'string' ? raw : undefined;
  };
  const [host, discovery, profile] = [text('host'), text('discovery'), text('profile')];
  const entry = host === undefined ? undefined : hosts.get(host)?.raw;
  return [
    ...named(entries, 'hosts', host).map((message) => problem('host', message)),
    ...(host !== undefined && isMap(entry) && entry.link !== 'local'
      ? [problem('host', words.notLocal({ host }))]
      : []),
    ...named(entries, 'images', discovery).map((message) => problem('discovery', message)),
    ...(discovery !== undefined && images.has(discovery) && !shows(entries, discovery)
      ? [problem('discovery', words.noDiscovery({ image: discovery }))]
      : []),
    ...(text('unknown') === 'discover' && discovery === undefined
      ? [problem('unknown', words.needsDiscovery)]
      : []),
    ...named(entries, 'profiles', profile).map((message) => problem('profile', message)),
  ];
}

/** Whether an image shows what is in a machine: it says so, or the one that it begins as does. */
function shows({ images }: Entries, name: string): boolean {
  const seen = new Set<string>();
  for (let at: unknown = name; typeof at === 'string' && !seen.has(at); ) {
    seen.add(at);
    const raw = images.get(at)?.raw;
    if (!isMap(raw)) return false;
    if (typeof raw.discovery === 'boolean') return raw.discovery;
    at = raw.from;
  }
  return false;
}

/** What is wrong where an entry of a section is named; nothing where none is, or that is no text. */
const named = (entries: Entries, section: Section, name: unknown): string[] =>
  typeof name !== 'string' || name === '' || entries[section].has(name)
    ? []
    : [unknown(entries, section, name)];

/** `debian-live` of `debian-live@2026-11-21.1`. */
const imageIn = (image: unknown): unknown => (typeof image === 'string' ? image.split('@')[0] : undefined);

const unknown = (entries: Entries, section: Section, name: string): string =>
  messages().config.noneCalled({ section, name, near: suggest(name, entries[section].keys()) });
