/** The buttons under a card: the next things people do with a run, each a line they could type. */

import { messages } from '../../messages/messages.ts';
import type { Button } from '../platform.ts';
import { type Card, isOver, isReading } from './card.ts';

export function buttonsOf(card: Card): Button[] {
  const { buttons } = messages().cards;
  const log = { label: buttons.log, line: `/logs ${card.run}` };
  if (!isOver(card)) {
    const cancel = { label: buttons.cancel, line: `/cancel ${card.run}` };
    if (card.cancelling) return [log];
    return card.status === 'waiting'
      ? [cancel, { label: buttons.why, line: `/why ${card.run}` }]
      : [...(card.keep === undefined ? [] : [{ label: buttons.keep, line: card.keep }]), cancel, log];
  }
  if (isReading(card)) return [];
  if (card.status !== 'succeeded') return [{ label: buttons.retry, line: `/retry ${card.run}` }, log];
  return card.undo ? [{ label: buttons.undo, line: card.undo }, log] : [log];
}
