/** The keyboard of a message (core.telegram.org/bots/api#inlinekeyboardmarkup). */
import type { InlineKeyboardButton } from 'grammy/types';
import type { Params } from './params.ts';
import { bad } from './refusal.ts';

/** Bytes of `callback_data`. */
const DATA_BYTES = 64;
/** Buttons of one message (limits.tginfo.me). */
const BUTTONS = 100;

/** The rows of inline buttons of `reply_markup`; none when it is missing. Limit: other keyboards are taken and not kept. */
export function keyboardOf(params: Params, inlineOnly = false): InlineKeyboardButton[][] {
  const markup = params.json('reply_markup') as { inline_keyboard?: InlineKeyboardButton[][] } | undefined;
  if (markup === undefined) return [];
  if (typeof markup !== 'object') throw bad('object expected as reply markup');
  if (markup.inline_keyboard === undefined) {
    if (inlineOnly) throw bad('inline keyboard expected');
    return [];
  }
  if (!Array.isArray(markup.inline_keyboard) || !markup.inline_keyboard.every(Array.isArray)) {
    throw bad('field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays');
  }
  const rows = markup.inline_keyboard.filter((row) => row.length > 0);
  for (const button of rows.flat()) check(button);
  if (rows.flat().length > BUTTONS) throw bad('reply markup is too long');
  return rows;
}

function check(button: InlineKeyboardButton): void {
  if (typeof button.text !== 'string') {
    throw bad('can\'t parse inline keyboard button: Can\'t find field "text"');
  }
  if (button.text.trim() === '') throw bad('BUTTON_TEXT_INVALID');
  if ('callback_data' in button) {
    const bytes = Buffer.byteLength(String(button.callback_data));
    if (bytes < 1 || bytes > DATA_BYTES) throw bad('BUTTON_DATA_INVALID');
  } else if ('url' in button) {
    const known = URL.canParse(button.url) && /^(https?|tg):$/.test(new URL(button.url).protocol);
    const lonely = known && button.url.startsWith('http') && !new URL(button.url).hostname.includes('.');
    if (!known || lonely) {
      throw bad(`inline keyboard button URL '${button.url}' is invalid: Wrong HTTP URL specified`);
    }
  } else if (Object.keys(button).length < 2) {
    throw bad("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard");
  }
}
