/** Works out what the app's compose file means, and writes the file that will be run. */
import { compose } from '../../adapters/compose/compose.ts';
import type { Published } from '../../adapters/compose/published.ts';
import { portRange } from '../../firewall/firewall.ts';
import { messages } from '../../messages/messages.ts';
import { short } from '../../names.ts';
import { defineStep } from '../step.ts';
import { found } from './found.ts';
import { Generations } from './generations.ts';
import { noteServices } from './identities.ts';
import { Composed } from './input.ts';

export const composeFile = defineStep({
  name: 'deploy.compose',
  input: Composed,
  uses: { compose },
  timeout: '2m',
  title: ({ app, commit, host }) => messages().jobs.steps.compose({ app, commit: short(commit), host }),
  brief: async (_, { config }) => (config.hub.address === undefined ? {} : { hub: true as const }),
  async run(
    { app, commit, ref, compose: path, open, hub },
    { shell, root, run, origin, compose: tool, signal, report },
  ) {
    const generations = new Generations(shell, root, app);
    await found(shell.host, app, origin, messages().reasons.gone.source, generations.hasSource(origin));
    const written = {
      ...{ app, generation: origin, run, commit, path },
      ...{ source: generations.source(origin), empty: generations.emptyEnv(origin) },
      ...(hub && { identities: (service: Identified) => generations.identity(origin, service) }),
    };
    const { text, services, notes, published } = await tool.canonicalise(written, { signal });
    await generations.describe({ generation: origin, app, commit, ref, path, services }, text);
    for (const { name, image } of services) report.line(`${name}: ${image}`);
    for (const note of notes) report.note(note);
    const closed = open ? published.filter((one) => !isOpen(one, open)) : [];
    const facts = { app, host: shell.host, count: closed.length, ports: portsOf(closed) };
    if (closed.length > 0) report.note(messages().jobs.notes.staysClosed(facts));
    return { services: services.map(({ name }) => name) };
  },
  async record({ host, app }, { services }, state, { origin }) {
    await noteServices(state, { host, app, generation: origin, services });
  },
});

type Identified = Parameters<Generations['identity']>[1];

/** Whether all of these ports are among those that are open. */
function isOpen({ protocol, ports }: Published, open: readonly string[]): boolean {
  const wanted = portRange(ports);
  const ranges = open.flatMap((one) => {
    const [of, text = ''] = one.split('/');
    return of === protocol ? (portRange(text) ?? []) : [];
  });
  return ranges.some((range) => wanted && range.first <= wanted.first && wanted.last <= range.last);
}

const portsOf = (published: readonly Published[]): string =>
  published.map(({ protocol, ports }) => (protocol === 'tcp' ? ports : `${protocol}/${ports}`)).join(', ');
