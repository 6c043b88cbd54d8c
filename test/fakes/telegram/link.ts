/** What an address in a text becomes. */
import type { MessageEntity } from 'grammy/types';

/** A `text_link` entity, or nothing where the real server drops the link and keeps its text. Limit: `tg://user` links are dropped. */
export function checkedLink(address: string, place: { offset: number; length: number }): MessageEntity[] {
  for (const candidate of [address, `http://${address}`]) {
    if (!URL.canParse(candidate)) continue;
    const url = new URL(candidate);
    const known = ['http:', 'https:'].includes(url.protocol) && url.hostname.includes('.');
    if (known || url.protocol === 'tg:') return [{ type: 'text_link', ...place, url: url.href }];
  }
  return [];
}
