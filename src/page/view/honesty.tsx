import type { JSX } from 'preact';

/** What the router learns and what not, and where the protection ends. */
export function Honesty(): JSX.Element {
  return (
    <div class="honesty">
      <section>
        <h3>What the router can see</h3>
        <ul>
          <li>Your IP address and your browser’s network ports, while you are here.</li>
          <li>Sizes and times of packets, and how many cameras and microphones there are.</li>
          <li>That somebody who holds this invitation joined.</li>
        </ul>
      </section>
      <section>
        <h3>What it cannot see</h3>
        <p>Names, faces, voices, words, and who is who. The keys never reach it.</p>
      </section>
      <section>
        <h3>Afterwards</h3>
        <p>
          Nothing. No record of the call is written, the process that carried its sound and pictures ends with it, and
          what else the router knew of you is overwritten within seconds.
        </p>
      </section>
      <section>
        <h3>What this does not protect</h3>
        <ul>
          <li>People in the call can record it.</li>
          <li>Whoever has the link can join. Send it over something that you trust.</li>
          <li>Your browser and your device see and hear everything.</li>
          <li>
            This page’s own code comes from this server. Whoever runs it could serve another page. If you do not trust
            them, use an application, or a page from somewhere else.
          </li>
        </ul>
      </section>
    </div>
  );
}
