/** Words that belong to no single message. */
import type { Messages } from '../language.ts';
import { all, either } from './words.ts';

export const phrases: Messages['phrases'] = {
  statuses: {
    waiting: 'odottaa',
    running: 'käynnissä',
    undoing: 'kumotaan',
    succeeded: 'onnistui',
    failed: 'epäonnistui',
    cancelled: 'peruttu',
  },
  next: (f) => `Seuraavaksi: ${f.line}`,
  or: (f) => either(f.words),
  and: (f) => all(f.words),
  nobody: 'ei vielä kukaan',
  somebody: 'joku',
  aJob: 'työ',
  nothing: '(tyhjä)',
  linesDropped: (f) =>
    f.count === 1 ? 'tästä jätettiin 1 rivi pois' : `tästä jätettiin ${f.count} riviä pois`,
};
