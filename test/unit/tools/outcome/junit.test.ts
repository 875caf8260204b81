import { expect, test } from 'vitest';
import { junitOf } from '../../../../src/tools/call/outcome/junit.ts';
import { findingsOn, verdictsOn } from '../../../../src/tools/call/verdicts.ts';

const spans = [1, 2].flatMap((who) =>
  (['call', 'camera', 'voice'] as const).map((what) => ({ who, what, from: 0, to: 10 })),
);

test('of a call in which nothing came, every stream is a failed case, and what could not be asked is skipped', () => {
  const findings = findingsOn({ seconds: 10, participants: 2, courses: [], spans, performed: [], lines: [] });
  expect(verdictsOn(findings).map(({ rule, ok, judged, figure }) => [rule, ok, judged, figure])).toEqual([
    ['received', false, 4, '0 of 4 came'],
    ['opened', true, 0, 'nothing to judge'],
    ['sound', true, 0, 'nothing to judge'],
    ['moving', true, 0, 'nothing to judge'],
    ['freezes', true, 0, 'nothing to judge'],
    ['back', true, 0, 'nothing to judge'],
  ]);
  const xml = junitOf(findings, 10);
  expect(xml).toContain('<testsuites name="sotto call" tests="9" failures="4" skipped="5" time="10">');
  expect(xml).toContain(
    '<testcase classname="received" name="2 receives the camera of 1"><failure message="2 did not get the camera of 1"/></testcase>',
  );
  expect(xml.match(/<skipped /g)).toHaveLength(5);
});

test('a good stream is a case without more, and what is no plain text is escaped', () => {
  const found = { from: 1, to: 2, source: '<&">', value: 0, fault: 'a < b & "c"' };
  const xml = junitOf({ received: [found], opened: [], sound: [], moving: [], freezes: [], back: [] }, 1);
  expect(xml).toContain('name="2 receives the &lt;&amp;&quot;&gt; of 1"');
  const good = junitOf(
    {
      received: [{ ...found, source: 'camera', fault: undefined }],
      opened: [],
      sound: [],
      moving: [],
      freezes: [],
      back: [],
    },
    1,
  );
  expect(good).toContain('<testcase classname="received" name="2 receives the camera of 1"/>');
  expect(xml).toContain('message="a &lt; b &amp; &quot;c&quot;"');
});
