import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { covers, everything, formatRange, mergeRanges, parseRange, prefixesOf } from '../src/addresses.ts';

const written = (text: string) => formatRange(parseRange(text)!);
const merged = (...texts: string[]) => mergeRanges(texts.map((text) => parseRange(text)!)).map(formatRange);

describe('addresses', () => {
  it('are written one way, however they came', () => {
    const ways: [string, string][] = [
      ['10.0.0.7', '10.0.0.7'],
      ['10.0.0.7/32', '10.0.0.7'],
      ['10.1.2.3/8', '10.0.0.0/8'],
      ['0.0.0.0/0', '0.0.0.0/0'],
      ['10.0.0.0-10.0.0.255', '10.0.0.0/24'],
      ['10.0.0.1-10.0.0.9', '10.0.0.1-10.0.0.9'],
      ['::', '::'],
      ['::/0', '::/0'],
      ['::1', '::1'],
      ['2001:DB8:0:0:0:0:0:1', '2001:db8::1'],
      ['2001:db8::ffff/32', '2001:db8::/32'],
      ['1:0:0:2:0:0:0:3', '1:0:0:2::3'],
      ['1:0:2:3:4:5:6:7', '1:0:2:3:4:5:6:7'],
      ['1:2:3:4:5:6:0:0', '1:2:3:4:5:6::'],
      ['::ffff:192.0.2.1', '::ffff:c000:201'],
      ['fe80::1-fe80::9', 'fe80::1-fe80::9'],
    ];
    for (const [text, expected] of ways) {
      assert.equal(written(text), expected);
      assert.equal(written(expected), expected);
    }
  });

  it('are nothing else', () => {
    const none = [
      ...['', ' ', '10.0.0', '10.0.0.256', '010.0.0.1', '10.0.0.1/33', '10.0.0.1/-1', '10.0.0.1/08'],
      ...['10.0.0.1/8/8', '10.0.0.9-10.0.0.1', '10.0.0.1-::1', '10.0.0.1-', '-', 'fe80::1%eth0', '::/129'],
      ...['10.0.0.1; drop', '10.0.0.1\n', '10.0.0.0/8-11.0.0.0/8', '1::2::3', 'example.org', '0x7f.0.0.1'],
    ];
    for (const text of none) assert.equal(parseRange(text), undefined, JSON.stringify(text));
  });

  it('merge into the fewest ranges', () => {
    assert.deepEqual(merged('10.0.0.0/9', '10.128.0.0/9', '10.3.0.0/16'), ['10.0.0.0/8']);
    assert.deepEqual(merged('10.0.0.1', '10.0.0.2', '10.0.0.9'), ['10.0.0.1-10.0.0.2', '10.0.0.9']);
    assert.deepEqual(merged('::/0', '255.255.255.255', '::1'), ['255.255.255.255', '::/0']);
    assert.deepEqual(merged(), []);
  });

  it('are prefixes, too', () => {
    const prefixes = (text: string) => prefixesOf(parseRange(text)!).map(formatRange);
    assert.deepEqual(prefixes('10.0.0.1-10.0.0.9'), [
      ...['10.0.0.1', '10.0.0.2/31', '10.0.0.4/30', '10.0.0.8/31'],
    ]);
    assert.deepEqual(prefixes('::/0'), ['::/0']);
    assert.equal(prefixes('::1-ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe').length, 254);
  });

  it('cover others where all of these are in them', () => {
    assert.equal(covers([everything(4)], parseRange('10.0.0.0/8')!), true);
    assert.equal(covers([everything(6)], parseRange('10.0.0.0/8')!), false);
    assert.equal(covers([parseRange('10.0.0.0/8')!], parseRange('10.255.255.255-11.0.0.0')!), false);
  });
});
