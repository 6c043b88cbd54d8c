/** Writes `docs/configuration.md` from the schema and the sample: `npm run docs`. */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { Config } from '../src/config/config.ts';

/** What the page needs to know of JSON Schema. */
interface Field {
  type?: string | string[];
  description?: string;
  default?: unknown;
  const?: unknown;
  minimum?: number;
  maximum?: number;
  properties?: Record<string, Field>;
  required?: string[];
  items?: Field;
  additionalProperties?: Field | boolean;
  oneOf?: Field[];
  anyOf?: Field[];
}

const introduction = (sections: readonly string[]): string => `# Configuration

<!-- Made from the schema in src/config/config.ts and the sample in config/ by \`npm run docs\`; change those. -->

Muster reads every \`*.yml\` and \`*.yaml\` directly in one folder: \`config/\`, or the one named with \`--config\`.
The sections ${listed(sections)}
may be spread over the files in any way; an entry is set once. Names are lower-case letters, digits and inner dashes.

\`muster check\` reports everything that is wrong at once, with file, line and path, and exits with 1. Muster loads
changed files by itself, or with \`/reload\`; a bad state is reported, and the old configuration stays in force.
Secrets do not belong here: keys are files, tokens are named (\`env:NAME\`, \`file:PATH\`), git's passwords belong into a
credential helper, and what looks like a secret in clear text is warned of.
`;

const SECTIONS: Record<string, string> = {
  people: 'Who may talk to Muster, and who they are on each chat platform. One identity is one person.',
  roles:
    'What people may do: each rule allows commands on scopes, by glob: `*` stays within a part, so everything is `["*", "*/*"]`. What no rule allows is refused; `/why` names the rule.',
  hosts: 'The machines. They need nothing but a way in; `/prepare <host>` installs the rest.',
  apps: 'What runs: a git repository with a compose file.',
  schedules:
    'Lines that run by the clock in a person’s name, and so with that person’s rights. `/schedule add` adds more.',
  approvals:
    'What takes the agreement of others. They agree to a plan, by its hash: where it is another one by then, the agreement is void and the new plan is asked for. Who may approve, and how many it takes, is looked at once more when it is carried out. What goes on from a job (`retry`) takes what the command of that job takes. What destroys takes at least a confirmation by whoever asked.',
  platforms: 'Chat services, each with its own settings. A change here takes a restart.',
  channels: 'The chats on them that Muster listens to, and what it posts there besides answers.',
  alerts:
    'Who is told when something is wrong, beyond the channels that post `alerts`; without any of both, channels that post `operators` are told. Alerts of one cause are one message with a count, which ends as an all-clear. A chat service that falls silent itself is told of on the other one, and so is what only it would have told.',
  firewall:
    'What hosts let in, by name; several parts that name a host add up. Nothing changes on a host until `/firewall apply`: then what is in no rule is dropped, also for ports that containers publish. A guardian on the host takes back what nobody can keep.',
  overlays:
    'Networks of their own between chosen hosts, over whatever network there is: WireGuard, of which Muster does everything, or a ZeroTier network that exists. `/overlay join NAME HOST` makes a host a member; a host of WireGuard makes its own key, and others reach it at the UDP port of the network.',
  keyGroups:
    'Groups of public SSH keys, out of organisations, files, and environments. A source that fails or has no key any more removes nobody: the keys known last stay, and that is said. Of a key’s line only the key is taken; options, and whatever else a stranger wrote there, are not.',
  logins:
    'Who may log in by SSH key, where, and as whom. `/keys sync` writes it into `authorized_keys`, between `# BEGIN muster` and `# END muster`; what others put there stays, byte for byte. Where more than half of a group’s keys would go at once, they stay until `/keys sync --yes`.',
  files:
    'Configuration files made of Mustache templates and data in layers, and where they go. Templates are in `templates/` below the folder, data in `data/`; see [config-hub.md](config-hub.md). Nothing is written before `/config apply` or `/config set`, or a deploy of the app.',
  checks:
    'What the health hub looks at besides what it watches anyway: the containers of apps, and each host: whether it answers, its disk, memory, load and clock; see [health-hub.md](health-hub.md).',
  maintenance:
    'When nothing is told of something, as it is worked on; what is planned counts neither for nor against it. `/health maintenance` does the same at once, and a deploy is one by itself.',
  hub: 'Where containers fetch their files and report how they are and what they print. Where there is an `address`, `muster start` runs the hub and watches over it; a second hub over the same Redis waits until the first is gone.',
  logs: 'What the log hub keeps, and how much of it; see [log-hub.md](log-hub.md). It is part of the hub.',
  logSources:
    'What the log hub takes from hosts besides their containers: files, and the journal of systemd. Whatever becomes of the files, each line is taken once.',
  logSinks:
    'Where messages are passed on to, as they arrive. Each sink goes on where it was, also after a crash; one that does not answer is tried again for as long as it takes, delays no other, and is an alert.',
  api: 'Logs, health and jobs over HTTP, for scripts and dashboards; see [api.md](api.md). A token asks in a person’s name, with just that person’s rights. Changes count within a second or two.',
  boot: 'The server that machines boot from over the network: DHCP or a proxy of it, iPXE, kernels and images; see [boot.md](boot.md). Where there is a `host`, `muster start` runs it and watches over it.',
  images:
    'What machines boot, an image in each file of `images/`: the file is the entry, by its name. `/build image NAME` builds it; see [images.md](images.md).',
  profiles:
    'What machines have in common: which image they boot, who may log in, which files and services they get.',
  machines:
    'What boots over the network, known by the MAC addresses of its cards, its UUID or its serial number. `/machine add` and a tap on `Adopt` add more.',
  settings: 'What holds for the whole of Muster.',
};

const listed = (names: readonly string[]): string =>
  names
    .map((name) => `\`${name}\``)
    .join(', ')
    .replace(/, ([^,]*)$/, ' and $1');

/** The page as it should be; a test compares the file with it. */
export async function render(): Promise<string> {
  const schema = z.toJSONSchema(Config, { io: 'input' }) as Field;
  const parts = Object.entries(SECTIONS).map(async ([section, words]) => {
    const field = schema.properties?.[section] as Field;
    return `## ${section}\n\n${words}\n\n${entries(field)}\n\n${await sample(section)}`;
  });
  return `${introduction(Object.keys(SECTIONS))}\n${(await Promise.all(parts)).join('\n\n')}\n`;
}

/** The table of a section's entries; one for each where they differ by name. */
function entries(section: Field): string {
  if (typeof section.additionalProperties === 'object') return tables(section.additionalProperties);
  const named = Object.entries(section.properties ?? {});
  const groups = named.filter(([, { properties }]) => properties !== undefined);
  const inner = groups.map(([name, entry]) => `Of \`${name}\`:\n\n${tables(entry)}`);
  return [...(groups.length < named.length ? [tables(section)] : []), ...inner].join('\n\n');
}

/** A table of an entry's keys; of each variant where it has several, and of the objects in its lists. */
function tables(entry: Field): string {
  if (entry.oneOf) {
    return entry.oneOf
      .map((variant) => {
        const [key, { const: value }] = Object.entries(variant.properties ?? {}).find(
          ([, { const: constant }]) => constant !== undefined,
        ) as [string, Field];
        return `With \`${key}: ${value}\`:\n\n${tables(variant)}`;
      })
      .join('\n\n');
  }
  const rows = Object.entries(entry.properties ?? {}).map(([key, field]) => {
    const standard = entry.required?.includes(key) ? '*required*' : shown(field.default);
    return `| \`${key}\` | ${kind(field)} | ${standard} | ${field.description ?? ''} |`;
  });
  const inner = Object.entries(entry.properties ?? {}).flatMap(
    ([key, { items, additionalProperties: values }]) => {
      const each = items?.properties ? items : typeof values === 'object' && values.properties && values;
      return each ? [`\n\nEach of \`${key}\`:\n\n${tables(each)}`] : [];
    },
  );
  const variants = Object.entries(entry.properties ?? {}).flatMap(([key, field]) =>
    field.oneOf ? [`\n\nOf \`${key}\`:\n\n${tables(field)}`] : [],
  );
  return `| key | is | default | meaning |\n|---|---|---|---|\n${rows.join('\n')}${inner.join('')}${variants.join('')}`;
}

function kind({ type, items, const: constant, minimum, maximum, oneOf, anyOf }: Field): string {
  const choices = oneOf ?? anyOf;
  if (choices) return [...new Set(choices.map(kind))].join(' or ');
  if (constant !== undefined) return `\`${constant}\``;
  if (type === 'array') return items?.properties ? 'list of groups' : 'list';
  if (type === 'integer') return `number, ${minimum} to ${maximum}`;
  const words: Record<string, string> = { string: 'text', object: 'group' };
  return [type]
    .flat()
    .map((one) => words[String(one)] ?? String(one))
    .join(' or ');
}

const shown = (value: unknown): string => {
  if (value === undefined) return '';
  return `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;
};

/** The sample file that is named after the section. */
async function sample(section: string): Promise<string> {
  const folder = new URL('../config/', import.meta.url);
  const file = section === 'images' ? 'images/debian-live.yml' : `${section}.yml`;
  const name = (await readdir(folder, { recursive: true })).find((one) => one === file);
  if (name === undefined) throw new Error(`the sample has no ${file}`);
  return `From the sample, \`config/${name}\`:\n\n\`\`\`yaml\n${(await readFile(new URL(name, folder), 'utf8')).trim()}\n\`\`\``;
}

/** Where the page is. */
export const PAGE = new URL('configuration.md', import.meta.url);

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href)
  await writeFile(PAGE, await render());
