/** Which ports of the host a canonical Compose file publishes to others. */
import { type Fields, fields, list } from './document.ts';

export interface Published {
  protocol: 'tcp' | 'udp';
  /** `8080` or `8000-8010`. */
  ports: string;
}

/** Each port once, without those that only the host itself reaches and those that the engine chooses. */
export function publishedBy(canonical: Fields): Published[] {
  const services = Object.values(fields(canonical.services)).map(fields);
  const all = services.flatMap(({ ports }) => list(ports)).flatMap(publishedPort);
  return [...new Map(all.map((one) => [`${one.protocol}/${one.ports}`, one])).values()];
}

/** `127.0.0.1:8080:80/tcp` or `{published: 8080, protocol: tcp}`: versions of Compose print one or the other. */
function publishedPort(value: unknown): Published[] {
  const [, address = '', ports = '', ofText = ''] =
    typeof value === 'string' ? (/^(?:(.*):)?([\d-]+):[\d-]+(?:\/(\w+))?$/.exec(value) ?? []) : [];
  const { host_ip = address, published = ports, protocol = ofText || 'tcp' } = fields(value);
  const text = String(published);
  if (isLoopback(String(host_ip)) || !/^[1-9]/.test(text)) return [];
  return protocol === 'tcp' || protocol === 'udp' ? [{ protocol, ports: text }] : [];
}

const isLoopback = (address: string): boolean => /^(?:127\.|\[?::1\]?$)/.test(address);
