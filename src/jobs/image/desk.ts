/** What steps on images need beside Redis: the versions there are, in whose name a run is, and the key that signs, which leaves Muster's own folder never. */
import type { KeyObject } from 'node:crypto';
import type { Deed } from './change.ts';
import type { ImageStore } from './store.ts';

export interface ImageDesk {
  store: ImageStore;
  /** The Ed25519 key that signs manifests; made when first needed. */
  key(): Promise<KeyObject>;
  /** In whose name a run is. */
  requester(run: string): Promise<Deed['by']>;
}
