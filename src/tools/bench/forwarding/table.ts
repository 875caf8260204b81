import { shownNames, systemNames } from '../systems/system.ts';
import type { Rows } from '../table.ts';
import type { ForwardingReport } from './report.ts';

/** A line for each system. */
export function forwardingRows(report: ForwardingReport): Rows {
  const head = [
    '',
    'ns per packet: min',
    'median',
    'max',
    'ours to it',
    'delivered',
    'hop p50 / p95 / p99',
    'probes',
    'SRTP',
  ];
  const ratios = { ours: null, mediasoup: report.ratioToMediasoup, janus: report.ratioToJanus };
  const rows = systemNames.map((name) => {
    const [cost, hop, delivered, probes] = [
      report[name],
      report.hopMs[name],
      report.delivered[name],
      report.probes[name],
    ];
    if (cost === null || hop === null || delivered === null || probes === null)
      return [shownNames[name], 'not installed', '', '', '', '', '', '', ''];
    return [
      shownNames[name],
      `${cost.min}`,
      `${cost.median}`,
      `${cost.max}`,
      ratios[name] === null ? '' : `× ${ratios[name]}`,
      `${(delivered * 100).toFixed(2)} %`,
      `${hop.p50} / ${hop.p95} / ${hop.p99} ms`,
      `${(probes * 100).toFixed(1)} %`,
      report.srtp[name] ?? '',
    ];
  });
  return { head, rows };
}

/** What was measured, in a sentence. */
export function forwardingTitle({ shape }: ForwardingReport): string {
  const { media, senders, receivers, rate, bytes, windows, seconds } = shape;
  const who = receivers === 0 ? `${senders} to each other` : `${senders} to ${receivers + senders - 1}`;
  return `Forwarding: ${media}, ${who}, ${rate} packets/s of ${bytes} B from each sender; ${windows} windows of ${seconds} s each`;
}
