/** A part of the hub: what it is opened with, and what it gives. */
import type { Authority } from '../../adapters/gate/authority.ts';
import type { Route } from '../../adapters/gate/route.ts';
import type { ConfigSource } from '../../config/watch.ts';
import type { Links } from '../../links.ts';
import type { openState, WireOptions } from '../state.ts';

/** What each part of the hub is opened with. */
export interface HubWire {
  options: WireOptions;
  state: Awaited<ReturnType<typeof openState>>;
  config: ConfigSource;
  links: Links;
  /** Who gives containers their identity. */
  authority: Authority;
  /** The folder in which the hub keeps what is big. */
  folder: string;
}

/** A part of the hub: what it answers at the gate, and how it ends. */
export interface HubPart {
  routes: Route[];
  close(): Promise<void>;
}
