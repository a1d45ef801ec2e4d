/**
 * A field with suggestions, after the combobox pattern of ARIA 1.2: arrows, Enter, Escape, and the mouse.
 * @module
 */

import { element } from './dom.mjs';

/**
 * @typedef {object} Option
 * @property {string} value
 * @property {string} label
 * @property {string} [detail] said after the label
 */

/** Milliseconds without a key before the service is asked. */
const PAUSE = 120;

/**
 * @param {HTMLInputElement} input `role="combobox"`, whose `aria-controls` names its list
 * @param {(text: string) => Promise<Option[]>} find
 * @param {(option: Option) => void} choose
 */
export function combobox(input, find, choose) {
  const list = /** @type {HTMLElement} */ (document.getElementById(input.getAttribute('aria-controls') ?? ''));
  /** @type {Option[]} */
  let options = [];
  let active = -1;
  let turn = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let pause;

  const close = () => {
    turn += 1;
    clearTimeout(pause);
    list.hidden = true;
    active = -1;
    input.setAttribute('aria-expanded', 'false');
    input.removeAttribute('aria-activedescendant');
  };
  const pick = (/** @type {Option | undefined} */ option) => {
    if (!option) return;
    close();
    input.value = '';
    choose(option);
  };
  const mark = (/** @type {number} */ rank) => {
    active = rank;
    [...list.children].forEach((item, at) => item.setAttribute('aria-selected', String(at === rank)));
    const item = list.children[rank];
    if (!item) return;
    item.scrollIntoView({ block: 'nearest' });
    input.setAttribute('aria-activedescendant', item.id);
  };
  const draw = () => {
    list.replaceChildren(
      ...options.map((option, rank) => {
        const item = element('li', { role: 'option', id: `${list.id}-${rank}`, 'aria-selected': 'false' }, option.label);
        if (option.detail) item.append(' ', element('small', {}, option.detail));
        // Before the field loses the focus, which closes the list.
        item.addEventListener('mousedown', (event) => {
          event.preventDefault();
          pick(option);
        });
        return item;
      }),
    );
    list.hidden = options.length === 0;
    input.setAttribute('aria-expanded', String(options.length > 0));
    input.removeAttribute('aria-activedescendant');
    active = -1;
  };
  const ask = async () => {
    clearTimeout(pause);
    turn += 1;
    const mine = turn;
    const found = await find(input.value.trim()).catch(() => []);
    if (mine !== turn) return;
    options = found;
    draw();
  };

  input.addEventListener('input', () => {
    // What was suggested answers another text: it is not to be picked any more.
    close();
    pause = setTimeout(ask, PAUSE);
  });
  input.addEventListener('focus', ask);
  input.addEventListener('blur', close);
  input.addEventListener('keydown', async (event) => {
    if (event.key === 'Escape') {
      close();
    } else if (event.key === 'Enter') {
      event.preventDefault();
      // Whoever types a whole name does not wait for the list.
      if (list.hidden) await ask();
      pick(options[Math.max(active, 0)]);
    } else if (['ArrowDown', 'ArrowUp'].includes(event.key)) {
      event.preventDefault();
      if (list.hidden) await ask();
      const down = event.key === 'ArrowDown';
      const from = active < 0 && !down ? 0 : active;
      if (options.length > 0) mark((from + (down ? 1 : -1) + options.length) % options.length);
    }
  });
}
