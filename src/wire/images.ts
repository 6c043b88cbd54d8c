/** What steps on images need beside Redis. */
import { join } from 'node:path';
import { openKey } from '../identity.ts';
import type { ImageDesk } from '../jobs/image/desk.ts';
import { publicLine } from '../minisign.ts';
import type { openState } from './state.ts';

/** The key that signs manifests, kept in the state folder; no host ever sees it. */
const signingKey = (folder: string) => openKey(join(folder, 'keys'), 'images');

/** By what anybody verifies a manifest, `RW…`: what `minisign -P` takes. Made where there is no key yet. */
export const imageKeyLine = async (folder: string): Promise<string> => publicLine(await signingKey(folder));

/** `folder` is where Muster keeps its state. */
export function openImages(
  { images, runs }: Pick<Awaited<ReturnType<typeof openState>>, 'images' | 'runs'>,
  folder: string,
): ImageDesk {
  return {
    store: images,
    key: () => signingKey(folder),
    async requester(run) {
      const { person, platform, chat } = (await runs.find(run))?.by ?? {
        person: 'muster',
        platform: 'muster',
        chat: '',
      };
      return { person, platform, chat };
    },
  };
}
