/** The buttons under a card: the next things people do with a run, each a line they could type. */

import type { Button } from '../platform.ts';
import { type Card, isOver, isReading } from './card.ts';

export function buttonsOf(card: Card): Button[] {
  const log = { label: 'Log', line: `/logs ${card.run}` };
  if (!isOver(card)) {
    const cancel = { label: 'Cancel', line: `/cancel ${card.run}` };
    if (card.cancelling) return [log];
    return card.status === 'waiting' ? [cancel, { label: 'Why', line: `/why ${card.run}` }] : [cancel, log];
  }
  if (isReading(card)) return [];
  if (card.status !== 'succeeded') return [{ label: 'Retry', line: `/retry ${card.run}` }, log];
  return card.undo ? [{ label: 'Undo', line: card.undo }, log] : [log];
}
