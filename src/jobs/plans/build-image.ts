/** Builds an image that machines boot, makes a version of it, tries that, and has machines get it. */
import type { ImageDefinition } from '../../config/images.ts';
import { messages } from '../../messages/messages.ts';
import { buildImage } from '../image/build.ts';
import { gateImage } from '../image/gate.ts';
import { promoteImage } from '../image/promote.ts';
import { publishImage } from '../image/publish.ts';
import type { Plan, Stage } from '../plan.ts';

export interface ImageBuild {
  image: string;
  /** The host that builds. */
  host: string;
  /** The host that machines boot from. */
  to: string;
  /** Names the blueprint. */
  digest: string;
  /** Group of keys -> lines of `authorized_keys`. */
  keys: Record<string, string[]>;
  /** How many versions stay. */
  keep: number;
  /** The firmwares with which it is tried there. */
  gate: ImageDefinition['gate'];
  promote: boolean;
  fresh: boolean;
  /** The command that plans it anew. */
  line: string;
}

/** The plan of `/build image`: each stage goes on from what the one before left in the library. */
export function buildImagePlan(build: ImageBuild): Plan {
  const { image, host, to, digest, keys, keep, gate, promote, fresh, line } = build;
  const words = messages().images.build;
  const tries = gate.map((firmware) => gateImage({ host: to, image, firmware }));
  const stages: Stage[] = [
    { name: 'build', steps: [buildImage({ host, image, digest, keys, fresh })] },
    { name: 'publish', steps: [publishImage({ host, to, image, keep })] },
    { name: 'try', steps: tries },
    { name: 'promote', steps: promote ? [promoteImage({ host: to, image })] : [] },
  ];
  return {
    title: words.plan({ image, host }),
    done: promote ? words.promoted({ image }) : words.built({ image }),
    locks: [`image/${image}`],
    stages: stages.filter(({ steps }) => steps.length > 0),
    next: `/image show ${image}`,
    again: line,
  };
}
