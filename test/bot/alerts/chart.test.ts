import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { decode } from 'fast-png';
import { chartFile, drawChart } from '../../../src/bot/alerts/chart.ts';
import { sparkline } from '../../../src/bot/alerts/sparkline.ts';

describe('a course', () => {
  const pixel = (values: number[], x: number, y: number) => {
    const { data, width } = decode(drawChart(values));
    return [...data.slice(3 * (y * width + x), 3 * (y * width + x) + 3)].join();
  };

  test('is a picture: green where all was well, red and low where nothing was, empty where nothing was known', () => {
    const course = [100, 50, 0, -1];
    const { width, height } = decode(drawChart(course));
    assert.deepEqual([width, height], [576, 96]);
    assert.equal(pixel(course, 10, 1), '46,160,67');
    assert.equal(pixel(course, 150, 94), '219,155,12');
    assert.notEqual(pixel(course, 150, 10), '219,155,12');
    assert.equal(pixel(course, 300, 95), '207,34,46');
    assert.equal(pixel(course, 570, 94), '255,255,255');
  });

  test('of nothing is a picture all the same, and of a whole day a small one', () => {
    assert.equal(decode(drawChart([])).width, 576);
    const { text, name, picture } = chartFile(
      'health app/shop',
      Array.from({ length: 288 }, (_, at) => at % 101),
    );
    assert.ok(text.length < 20_000, `${text.length} characters`);
    assert.deepEqual([name, picture], ['health-app-shop.png', true]);
  });

  test('is a line of text where there are no pictures', () => {
    assert.equal(sparkline([0, 50, 100, -1, undefined]), '▁▅█··');
    assert.equal(sparkline([100, 100, 0, 100, 100, 100], 2), '▁█');
    assert.equal(sparkline([]), '');
  });
});
