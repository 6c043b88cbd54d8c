/** Where something listens: `hub.example.org:7410`, `10.0.0.5:7410`, `[fd00::5]:7410`. */
const FORM = /^(?:([A-Za-z0-9][A-Za-z0-9._-]{0,252})|\[([0-9A-Fa-f:.]{2,45})\]):(\d{1,5})$/;

/** The host and the port of such a text; undefined where it is none. An IPv6 address stands in brackets, and comes without them. */
export function hostAndPort(text: string): { host: string; port: number } | undefined {
  const [, name, bracketed, digits] = FORM.exec(text) ?? [];
  const [host, port] = [name ?? bracketed, Number(digits)];
  return host === undefined || port < 1 || port > 65_535 ? undefined : { host, port };
}
