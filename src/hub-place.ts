/** What the hub's client needs to know before anything else, without a library: it has to start quickly. */

/** Where a container finds who it is: what the deploy step mounts there, read only. */
export const HUB_FOLDER = '/run/muster/hub';
/** Its files: the private key and its certificate (PEM), the token, and where the hub is (`HubPlace`). */
export const HUB_FILES = {
  key: 'key.pem',
  certificate: 'certificate.pem',
  token: 'token',
  place: 'hub.json',
} as const;

export const HEALTH = ['healthy', 'degraded', 'unhealthy'] as const;

/** The longest line that is shipped whole, bytes; what is longer comes in parts. */
export const LONGEST_LINE = 256 * 1024;
/** The most that one `POST /v1/logs` may hold, bytes. */
export const LONGEST_BATCH = 4 * 1024 * 1024;

/** The header that carries the token: `Authorization: Bearer TOKEN`. */
export const bearer = (token: string): string => `Bearer ${token}`;
