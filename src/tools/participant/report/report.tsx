import { render, type ComponentChildren, type JSX } from 'preact';
import type { ShownCall } from '../../call/outcome/shown-call.ts';
import { Matrix } from './matrix.tsx';
import {
  costPlots,
  happeningsPlot,
  joinsPlot,
  processColours,
  rekeysPlot,
  states,
  steps,
  stripPlot,
  whyColours,
} from './plots.ts';
import css from './styles.css?raw';
import { Verdicts } from './verdicts.tsx';

/** A whole HTML document about a call. */
export function report(call: ShownCall, overTime: string): string {
  const body = document.createElement('body');
  render(<Report call={call} overTime={overTime} />, body);
  const page = document.implementation.createHTMLDocument(call.title);
  page.documentElement.lang = 'en';
  const meta = (attributes: Readonly<Record<string, string>>): void => {
    const element = page.createElement('meta');
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    page.head.prepend(element);
  };
  meta({ name: 'viewport', content: 'width=device-width, initial-scale=1' });
  meta({ charset: 'utf-8' });
  const style = page.createElement('style');
  style.textContent = css;
  page.head.append(style);
  page.body.innerHTML = body.innerHTML;
  return `<!doctype html>\n${page.documentElement.outerHTML}\n`;
}

function Report({ call, overTime }: { call: ShownCall; overTime: string }): JSX.Element {
  const { ok, participants, seconds, height, framesPerSecond } = call;
  return (
    <main>
      <h1>{call.title}</h1>
      <p class={`outcome ${ok ? 'good' : 'bad'}`}>
        {ok ? '✓ Everybody saw and heard everybody' : '✗ Not everybody saw and heard everybody'}
      </p>
      <p class="faint">
        {participants} headless browsers, pictures of {height} lines at {framesPerSecond} frames a second, measured for{' '}
        {seconds} s from when everybody received everybody.
      </p>
      <Section title="What was asked">
        <Verdicts call={call} />
      </Section>
      <OverTime call={call} />
      <Section title="Who decoded whom" about="A row for each receiver, a column for each sender.">
        <Matrix call={call} />
      </Section>
      <Joining call={call} />
      <Rekeying call={call} />
      <Section title="Size, bits and frames">
        <div class="wide">
          <img src={`data:image/svg+xml,${encodeURIComponent(overTime)}`} alt="Each picture over time" />
        </div>
      </Section>
      <Section
        title="What they saw at the end"
        about="Of those who were still in the call. Numbers say whose picture it is; nobody is shown its own."
      >
        <div class="pictures">
          {call.pictures.map(({ of, jpeg }) => (
            <figure key={of}>
              <img src={`data:image/jpeg;base64,${jpeg}`} alt={`What participant ${of} saw`} />
              <figcaption>Participant {of}</figcaption>
            </figure>
          ))}
        </div>
      </Section>
      <Made call={call} />
    </main>
  );
}

function OverTime({ call }: { call: ShownCall }): JSX.Element {
  const { cost, cuts, happenings, seconds } = call;
  const plots = cost === null ? undefined : costPlots(cost, seconds);
  return (
    <Section
      title="Over time"
      about="What each receiver had of each sender, looked at four times a second. 2 ← 1: participant 2 receives 1."
    >
      <Legend
        items={[
          ...Object.values(states),
          ...(cuts.length > 0 ? [{ words: 'a line of the two was cut', colour: 'none', outlined: true }] : []),
        ]}
      />
      <div class="wide">
        {happenings.length + cuts.length > 0 && <Drawing svg={happeningsPlot(call)} />}
        <Drawing svg={stripPlot(call)} />
      </div>
      {plots !== undefined && (
        <>
          <Legend
            items={[
              { words: 'router', colour: processColours.router },
              { words: 'its media processes (dashed), together', colour: processColours.media },
            ]}
          />
          <div class="wide">
            <Drawing svg={plots.cpu} />
            <Drawing svg={plots.memory} />
          </div>
        </>
      )}
    </Section>
  );
}

function Joining({ call: { joins } }: { call: ShownCall }): JSX.Element {
  return (
    <Section
      title="Joining"
      about="The first join of each. Marks: ● the first picture and ◇ the first sound of the participant of that number, of those who were there before; seen to within 0.1 s."
    >
      <Legend items={steps} />
      <div class="wide">
        <Drawing svg={joinsPlot(joins)} />
      </div>
    </Section>
  );
}

function Rekeying({ call: { rekeys } }: { call: ShownCall }): JSX.Element {
  const never = rekeys.filter(({ afterMs }) => afterMs === null).length;
  return (
    <Section
      title="New keys"
      about="After each join and leave, for each receiver and sender: the time from the click to the first frame of sound that opened under a key that is new since. +3: participant 3 joined; −3: it left; times before 0 s are before the measuring."
    >
      <Legend
        items={[
          { words: '○ somebody joined', colour: whyColours.join },
          { words: '△ somebody left', colour: whyColours.leave },
        ]}
      />
      <div class="wide">
        <Drawing svg={rekeysPlot(rekeys)} />
      </div>
      {never > 0 && (
        <p>
          {never} of {rekeys.length} had no new key while both were in the call.
        </p>
      )}
    </Section>
  );
}

function Made({ call: { environment, command } }: { call: ShownCall }): JSX.Element {
  const { browser, node, kernel, processor, cores, memoryBytes, load } = environment;
  const facts = [
    ['Browser', browser],
    ['Node', node],
    ['Kernel', kernel],
    ['Processor', `${processor}, ${cores} cores`],
    ['Memory', `${(memoryBytes / 2 ** 30).toFixed(1)} GiB`],
    ['Load at the end', `${load.toFixed(1)} (processes that wanted a core, mean of a minute)`],
  ];
  return (
    <Section title="How it was made">
      <code>{command}</code>
      <dl>
        {facts.map(([name, value]) => (
          <>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </>
        ))}
      </dl>
    </Section>
  );
}

function Section(props: { title: string; about?: string; children: ComponentChildren }): JSX.Element {
  return (
    <section>
      <h2>{props.title}</h2>
      {props.about !== undefined && <p class="faint">{props.about}</p>}
      {props.children}
    </section>
  );
}

function Legend(props: {
  items: readonly { readonly words: string; readonly colour: string; readonly outlined?: boolean }[];
}): JSX.Element {
  return (
    <ul class="legend">
      {props.items.map(({ words, colour, outlined }) => (
        <li key={words}>
          <i class={outlined === true ? 'outlined' : ''} style={{ background: colour }} />
          {words}
        </li>
      ))}
    </ul>
  );
}

/** What the plotting library drew from numbers. */
function Drawing({ svg }: { svg: string }): JSX.Element {
  return <div dangerouslySetInnerHTML={{ __html: svg }} />;
}
