/** What Muster has beside its hosts, for steps that add no hosts and have nothing to tell before they begin. */
import type { ImageStore } from '../../src/jobs/image/store.ts';
import type { Beside } from '../../src/jobs/step.ts';

const noFiles = () => Promise.reject(new Error('no files are made here'));
const noImages = () => Promise.reject(new Error('no images are made here'));
const noMachines = () => Promise.reject(new Error('no machines are added here'));
const none = () => Promise.reject(new Error('no host was added here'));

export const alone: Pick<
  Beside,
  'enrolment' | 'files' | 'images' | 'machines' | 'note' | 'origin' | 'signal'
> = {
  origin: 'r-1',
  enrolment: { rotate: none, remove: none },
  files: { scene: noFiles, values: { set: noFiles, takeBack: noFiles } },
  images: { store: {} as ImageStore, key: noImages, requester: noImages },
  machines: { change: noMachines },
  note: () => {},
  signal: new AbortController().signal,
};
