/** Which hosts a list of selectors names, and an environment has. */

/** What is known of hosts here. */
type Hosts = Readonly<Record<string, { labels: readonly string[]; environment?: string | undefined }>>;

/** The hosts of `web-1` (itself) and `label:docker` (all that carry it), each once, in the order they are named; unknown ones are left out. */
export function hostsOf(config: { hosts: Hosts }, selectors: readonly string[]): string[] {
  const chosen = selectors.flatMap((selector) =>
    selector.startsWith('label:')
      ? hostsLabelled(config.hosts, selector.slice('label:'.length))
      : Object.hasOwn(config.hosts, selector)
        ? [selector]
        : [],
  );
  return [...new Set(chosen)];
}

function hostsLabelled(hosts: Hosts, label: string): string[] {
  return Object.keys(hosts).filter((name) => hosts[name]!.labels.includes(label));
}

/** The hosts of `app/shop` or `environment/production`; none of anything else. */
export function hostsOfSubject(
  config: { hosts: Hosts; apps: Readonly<Record<string, { hosts: readonly string[] }>> },
  subject: string,
): string[] {
  const [kind, name = ''] = subject.split('/');
  if (kind === 'environment') return environmentsOf(config).get(name) ?? [];
  return kind === 'app' && Object.hasOwn(config.apps, name) ? hostsOf(config, config.apps[name]!.hosts) : [];
}

/** The hosts of each environment that hosts name, by environment. */
export function environmentsOf({ hosts }: { hosts: Hosts }): Map<string, string[]> {
  const environments = new Map<string, string[]>();
  for (const [host, { environment }] of Object.entries(hosts))
    if (environment !== undefined)
      environments.set(environment, [...(environments.get(environment) ?? []), host]);
  return environments;
}
