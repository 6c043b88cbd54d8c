/** Which hosts a list of selectors names. */

/** What is known of hosts here. */
type Hosts = Readonly<Record<string, { labels: readonly string[] }>>;

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
