/* The page's behaviour: timelines on canvas, the sortable table, light and dark.
   Times are milliseconds inside this file. No text is ever set as HTML. */
"use strict";
(() => {
  const root = document.documentElement;
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const clamp = (x, low, high) => Math.min(high, Math.max(low, x));
  const colour = (name) => getComputedStyle(root).getPropertyValue(name).trim();

  const clock = (ms, decimals = 0) => {
    const unit = 10 ** decimals;
    const ticks = Math.round((ms / 1000) * unit);
    const seconds = Math.floor(ticks / unit);
    const hours = Math.floor(seconds / 3600);
    const minutes = Math.floor(seconds / 60) % 60;
    const head = hours ? `${hours}:${String(minutes).padStart(2, "0")}` : `${minutes}`;
    const tail = decimals ? "." + String(ticks % unit).padStart(decimals, "0") : "";
    return `${head}:${String(seconds % 60).padStart(2, "0")}${tail}`;
  };

  /* ------------------------------------------------------------------ data */

  function load(index) {
    const track = JSON.parse(document.getElementById(`data-${index}`).textContent);
    track.wave = track.wave ? planes(track.wave) : null;
    track.grid = track.beats ? grid(track.beats) : null;
    return track;
  }

  /* base64 -> peak, low, mid, high, each one byte per column */
  function planes(text) {
    const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
    const n = bytes.length / 4;
    return [0, 1, 2, 3].map((i) => bytes.subarray(i * n, (i + 1) * n));
  }

  /* beat times, position in the bar and number of the bar of each beat */
  function grid(beats) {
    let time = 0;
    let bar = 0;
    return beats.steps.map((step, i) => {
      time += step;
      const position = Number(beats.positions[i]);
      if (position === 1) bar += 1;
      return { time, position, bar };
    });
  }

  /* last row that starts at or before `time` */
  function lastBefore(rows, time, start) {
    let low = 0;
    let high = rows.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (start(rows[middle]) <= time) low = middle + 1;
      else high = middle;
    }
    return low ? rows[low - 1] : null;
  }

  const rowAt = (rows, time) => {
    const row = rows && lastBefore(rows, time, (r) => r[0]);
    return row && time < row[1] ? row : null;
  };

  function energyAt(energy, time) {
    if (!energy || time < energy.start || time > energy.end) return null;
    const share = (time - energy.start) / (energy.end - energy.start);
    return energy.curve[Math.round(share * (energy.curve.length - 1))] / 100;
  }

  /* ------------------------------------------------------------------ timeline */

  const FONT = '12px system-ui, "Segoe UI", "Noto Sans", "DejaVu Sans", sans-serif';
  const SMALL = FONT.replace("12px", "11px");
  const NAMES = { marks: "cues", wave: "sound", energy: "energy", chords: "chords",
    keys: "key", tempo: "tempo", content: "content", sections: "form", ruler: "time", bars: "bar" };

  class Timeline {
    constructor(element) {
      this.element = element;
      this.canvas = element.querySelector("canvas.lanes");
      this.map = element.querySelector("canvas.map");
      this.readout = element.querySelector(".readout");
      this.track = load(element.dataset.track);
      this.view = { start: 0, end: this.track.duration };
      this.pointer = null;
      this.lanes = this.chooseLanes();
      this.legend();
      this.listen();
      new ResizeObserver(() => this.draw()).observe(element);
      this.draw();
    }

    chooseLanes() {
      const t = this.track;
      const lanes = [["ruler", 20]];
      if (t.sections) lanes.push(["sections", 28]);
      if (t.drops || t.cues) lanes.push(["marks", 18]);
      lanes.push(["wave", t.wave ? 168 : 40]);
      if (t.grid) lanes.push(["bars", 16]);
      if (t.energy) lanes.push(["energy", 56]);
      if (t.chords) lanes.push(["chords", 26]);
      if (t.keys) lanes.push(["keys", 24]);
      if (t.tempo) lanes.push(["tempo", 46]);
      if (t.content) lanes.push(["content", 18]);
      let top = 0;
      return lanes.map(([name, height]) => {
        const lane = { name, top, height };
        top += height + 4;
        return lane;
      });
    }

    get height() {
      const last = this.lanes[this.lanes.length - 1];
      return last.top + last.height;
    }

    legend() {
      const box = this.element.querySelector(".legend");
      const add = (style, text) => {
        const entry = document.createElement("span");
        const mark = document.createElement("i");
        mark.style.background = style;
        entry.append(mark, text);
        box.append(entry);
      };
      if (this.track.wave) {
        add("var(--low)", "low, under 200 Hz");
        add("var(--mid)", "mid");
        add("var(--high)", "high, over 2500 Hz");
      }
      if (this.track.grid) {
        add("rgb(var(--grid), 0.75)", "phrase start");
        add("rgb(var(--grid), 0.4)", "downbeat");
        add("rgb(var(--grid), 0.2)", "beat");
      }
      if (this.track.drops) add("var(--drop)", "drop");
      if (this.track.cues) add("var(--cue)", "cue point");
    }

    /* ---------------------------------------------------------------- where */

    get gutter() { return this.width > 700 ? 58 : 0; }
    get perMs() { return (this.width - this.gutter) / (this.view.end - this.view.start); }
    x(time) { return this.gutter + (time - this.view.start) * this.perMs; }
    time(x) { return this.view.start + (x - this.gutter) / this.perMs; }

    show(start, end) {
      const duration = this.track.duration;
      const span = clamp(end - start, Math.min(2000, duration), duration);
      const first = clamp((start + end - span) / 2, 0, duration - span);
      this.view = { start: first, end: first + span };
      this.draw();
    }

    zoom(factor, around) {
      const { start, end } = this.view;
      const centre = around === undefined ? (start + end) / 2 : around;
      this.show(centre - (centre - start) / factor, centre + (end - centre) / factor);
    }

    pan(ms) {
      const { start, end } = this.view;
      const shift = clamp(ms, -start, this.track.duration - end);
      this.show(start + shift, end + shift);
    }

    /* ---------------------------------------------------------------- drawing */

    context(canvas, height) {
      const ratio = window.devicePixelRatio || 1;
      this.width = canvas.clientWidth;
      canvas.style.height = `${height}px`;
      canvas.width = Math.max(1, Math.round(this.width * ratio));
      canvas.height = Math.round(height * ratio);
      const pen = canvas.getContext("2d");
      pen.scale(ratio, ratio);
      pen.textBaseline = "middle";
      pen.font = FONT;
      return pen;
    }

    draw() {
      if (!this.element.clientWidth) return;
      const pen = this.context(this.canvas, this.height);
      this.palette = new Proxy({}, { get: (seen, name) => (seen[name] ??= colour(`--${name}`)) });
      for (const lane of this.lanes) {
        pen.save();
        pen.fillStyle = this.palette.lane;
        if (lane.name !== "ruler" && lane.name !== "marks" && lane.name !== "bars") {
          pen.fillRect(this.gutter, lane.top, this.width - this.gutter, lane.height);
        }
        if (this.gutter) {
          pen.fillStyle = this.palette.soft;
          pen.font = SMALL;
          pen.fillText(NAMES[lane.name], 0, lane.top + lane.height / 2);
          pen.font = FONT;
        }
        pen.beginPath();
        pen.rect(this.gutter, lane.top, this.width - this.gutter, lane.height);
        pen.clip();
        this[lane.name](pen, lane);
        pen.restore();
      }
      this.drops(pen);
      this.crosshair(pen);
      this.drawMap();
    }

    ruler(pen, lane) {
      const steps = [0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1200, 3600];
      const step = 1000 * (steps.find((s) => s * 1000 * this.perMs > 64) || 3600);
      pen.fillStyle = this.palette.soft;
      pen.font = SMALL;
      for (let t = Math.ceil(this.view.start / step) * step; t <= this.view.end; t += step) {
        const text = clock(t, step < 1000 ? 1 : 0);
        if (this.x(t) + 4 + pen.measureText(text).width < this.width) {
          pen.fillText(text, this.x(t) + 4, lane.top + lane.height / 2);
        }
        pen.fillRect(this.x(t), lane.top + 4, 1, lane.height);
      }
    }

    /* one coloured block per row; text where it fits */
    blocks(pen, lane, rows, paint, text) {
      for (const row of rows) {
        if (row[1] < this.view.start || row[0] > this.view.end) continue;
        const left = this.x(row[0]);
        const width = this.x(row[1]) - left;
        const fill = paint(row);
        if (!fill) continue;
        pen.fillStyle = fill;
        pen.fillRect(left, lane.top, Math.max(0.6, width - (width > 6 ? 1 : 0)), lane.height);
        const shownLeft = Math.max(left, this.gutter);
        const shownWidth = Math.min(left + width, this.width) - shownLeft;
        const label = text(row);
        if (pen.measureText(label).width + 8 <= shownWidth) {
          pen.fillStyle = this.palette["key-text"];
          pen.fillText(label, shownLeft + 5, lane.top + lane.height / 2 + 1);
        }
      }
    }

    hue(degrees) {
      const p = this.palette;
      return degrees === null ? null : `hsl(${degrees} ${p["key-s"]} ${p["key-l"]})`;
    }

    sections(pen, lane) {
      pen.font = FONT.replace("12px", "600 12.5px");
      const paint = (row) => this.palette[`s-${row[2]}`] || this.palette["s-other"];
      this.blocks(pen, lane, this.track.sections, paint, (row) => row[2]);
    }

    chords(pen, lane) {
      this.blocks(pen, lane, this.track.chords, (row) => this.hue(row[3]), (row) => row[2]);
    }

    keys(pen, lane) {
      const name = (row) => (row[3] ? `${row[2]} · ${row[3]}` : row[2]);
      this.blocks(pen, lane, this.track.keys, (row) => this.hue(row[4]), name);
    }

    content(pen, lane) {
      pen.font = SMALL;
      const paints = {
        music: "s-bridge", singing: "s-verse", speech: "s-breakdown", "speech over music": "s-chorus",
        noise: "s-buildup", silence: "line",
      };
      const paint = (row) => this.palette[paints[row[2]] || "s-other"];
      this.blocks(pen, lane, this.track.content, paint, (row) => row[2]);
    }

    tempo(pen, lane) {
      const tempi = this.track.tempo.map((row) => row[2]);
      const low = Math.min(...tempi);
      const span = Math.max(...tempi) - low || 1;
      pen.strokeStyle = this.palette.accent;
      pen.fillStyle = this.palette.text;
      pen.lineWidth = 2;
      pen.font = SMALL;
      pen.beginPath();
      const level = (bpm) => lane.top + lane.height - 7 - ((lane.height - 22) * (bpm - low)) / span;
      for (const [start, end, bpm] of this.track.tempo) {
        pen.lineTo(this.x(start), level(bpm));
        pen.lineTo(this.x(end), level(bpm));
      }
      pen.stroke();
      let free = -1;
      for (const [start, end, bpm] of this.track.tempo) {
        const left = Math.max(this.x(start), this.gutter) + 4;
        const text = bpm.toFixed(2);
        if (left < free || this.x(end) < this.gutter || left > this.width) continue;
        pen.fillText(text, left, level(bpm) - 8);
        free = left + pen.measureText(text).width + 10;
      }
    }

    energy(pen, lane) {
      const { start, end, curve } = this.track.energy;
      const level = (value) => lane.top + lane.height - 2 - ((lane.height - 6) * value) / 100;
      const time = (i) => start + ((end - start) * i) / (curve.length - 1);
      pen.beginPath();
      curve.forEach((value, i) => pen.lineTo(this.x(time(i)), level(value)));
      pen.strokeStyle = this.palette.mid;
      pen.lineWidth = 1.6;
      pen.lineJoin = "round";
      pen.stroke();
      pen.lineTo(this.x(end), lane.top + lane.height);
      pen.lineTo(this.x(start), lane.top + lane.height);
      pen.globalAlpha = 0.22;
      pen.fillStyle = this.palette.mid;
      pen.fill();
    }

    wave(pen, lane) {
      this.phraseShades(pen, lane);
      if (this.track.wave) this.bands(pen, lane, this.gutter, this.width, (x) => this.time(x));
      this.beats(pen, lane);
    }

    /* one column per pixel: the pale outline of the peak, inside it the three bands by their
       shares, bass in the middle, treble outside */
    bands(pen, lane, from, to, timeAt) {
      const [peak, ...planes] = this.track.wave;
      const p = this.palette;
      const paints = [p.low, p.mid, p.high];
      const n = peak.length;
      const place = (x) => (n * timeAt(x)) / this.track.duration;
      const half = lane.height / 2 - 1;
      const centre = lane.top + lane.height / 2;
      const bar = (x, value, paint) => {
        const tall = Math.max(0.4, (half * value) / 255);
        pen.fillStyle = paint;
        pen.fillRect(x, centre - tall, 1, 2 * tall);
      };
      for (let x = from; x < to; x += 1) {
        const a = place(x);
        const b = place(x + 1);
        if (a < -1 || a >= n) continue;
        const levels = planes.map((plane) => at(plane, a, b, true));
        const sum = levels[0] + levels[1] + levels[2] || 1;
        let height = Math.max(...levels);
        bar(x, at(peak, a, b, false), p.peak);
        for (const i of [2, 1, 0]) {
          bar(x, height, paints[i]);
          height -= (Math.max(...levels) * levels[i]) / sum;
        }
      }
    }

    get beatWidth() {
      return (this.track.duration / Math.max(1, this.track.grid.length)) * this.perMs;
    }

    beats(pen, lane) {
      if (!this.track.grid) return;
      const ink = this.palette.grid;
      const barWidth = this.beatWidth * this.track.beats.meter;
      for (const { time, position } of this.track.grid) {
        if (time < this.view.start || time > this.view.end) continue;
        if (position === 1 ? barWidth < 11 : this.beatWidth < 9) continue;
        pen.fillStyle = `rgba(${ink}, ${position === 1 ? (barWidth < 24 ? 0.22 : 0.4) : 0.16})`;
        pen.fillRect(Math.round(this.x(time)), lane.top, 1, lane.height);
      }
      for (const [time] of this.track.beats.phrases) {
        pen.fillStyle = `rgba(${ink}, 0.75)`;
        pen.fillRect(Math.round(this.x(time)), lane.top, 1, lane.height);
      }
    }

    /* bar numbers, phrase starts first */
    bars(pen, lane) {
      const starts = new Set(this.track.beats.phrases.map(([time]) => time));
      const downbeats = this.track.grid.filter((b) => b.position === 1);
      const space = this.beatWidth * this.track.beats.meter > 30 ? 0 : 34;
      let free = -1;
      pen.font = SMALL;
      for (const { time, bar } of downbeats) {
        const x = Math.round(this.x(time));
        const phrase = starts.has(time);
        if ((space && !phrase) || x < free || time < this.view.start) continue;
        pen.fillStyle = phrase ? this.palette.text : this.palette.soft;
        pen.fillRect(x, lane.top, 1, phrase ? lane.height : 5);
        pen.fillText(String(bar), x + 4, lane.top + lane.height / 2 + 1);
        free = x + Math.max(space, 8 + pen.measureText(String(bar)).width);
      }
    }

    /* every other phrase stands on a slightly different ground */
    phraseShades(pen, lane) {
      const phrases = this.track.beats ? this.track.beats.phrases : [];
      phrases.forEach(([time], i) => {
        if (i % 2) return;
        const next = i + 1 < phrases.length ? phrases[i + 1][0] : this.track.duration;
        pen.fillStyle = `rgba(${this.palette.grid}, 0.05)`;
        pen.fillRect(this.x(time), lane.top, this.x(next) - this.x(time), lane.height);
      });
    }

    /* drops and cue points in order of time; what falls together is one mark */
    moments() {
      const drops = (this.track.drops || []).map(([time]) => [time, "drop"]);
      const marks = [];
      for (const [time, kind] of [...drops, ...(this.track.cues || [])]) {
        const same = marks.find((mark) => Math.abs(mark.time - time) < 50);
        if (!same) marks.push({ time, kinds: [kind] });
        else if (!same.kinds.includes(kind)) same.kinds.push(kind);
      }
      return marks.sort((a, b) => a.time - b.time);
    }

    marks(pen, lane) {
      pen.font = SMALL;
      let free = -1;
      for (const { time, kinds } of this.moments()) {
        const x = this.x(time);
        const text = kinds.join(", ");
        pen.fillStyle = kinds.includes("drop") ? this.palette.drop : this.palette.cue;
        pen.beginPath();
        pen.moveTo(x - 5, lane.top + 6);
        pen.lineTo(x + 5, lane.top + 6);
        pen.lineTo(x, lane.top + 16);
        pen.fill();
        const width = pen.measureText(text).width;
        const left = x + 8 + width > this.width ? x - 8 - width : x + 8;
        if (left > free) {
          pen.fillText(text, left, lane.top + 10);
          free = left + width + 10;
        }
      }
    }

    drops(pen) {
      const top = (this.lanes.find((l) => l.name === "marks") || this.lanes[0]).top + 16;
      for (const { time, kinds } of this.moments()) {
        if (time < this.view.start || time > this.view.end) continue;
        const drop = kinds.includes("drop");
        const x = Math.round(this.x(time)) + 0.5;
        pen.beginPath();
        pen.setLineDash(drop ? [] : [3, 3]);
        pen.strokeStyle = drop ? this.palette.drop : this.palette.cue;
        pen.lineWidth = drop ? 1.8 : 1.2;
        pen.moveTo(x, top);
        pen.lineTo(x, this.height);
        pen.stroke();
      }
      pen.setLineDash([]);
    }

    crosshair(pen) {
      if (this.pointer === null || this.pointer < this.gutter) return;
      pen.fillStyle = this.palette.text;
      pen.fillRect(Math.round(this.pointer), 0, 1, this.height);
    }

    drawMap() {
      const height = 34;
      const pen = this.context(this.map, height);
      const left = this.gutter;
      const share = (time) => left + ((this.width - left) * time) / this.track.duration;
      const lane = { top: 0, height };
      pen.fillStyle = this.palette.lane;
      pen.fillRect(left, 0, this.width - left, height);
      if (this.track.wave) {
        const timeAt = (x) => ((x - left) / (this.width - left)) * this.track.duration;
        this.bands(pen, lane, left, this.width, timeAt);
      }
      const a = share(this.view.start);
      const b = share(this.view.end);
      pen.globalAlpha = 0.72;
      pen.fillStyle = this.palette.card;
      pen.fillRect(left, 0, a - left, height);
      pen.fillRect(b, 0, this.width - b, height);
      pen.globalAlpha = 1;
      pen.strokeStyle = this.palette.accent;
      pen.lineWidth = 1.5;
      pen.strokeRect(a + 1, 1, Math.max(3, b - a - 2), height - 2);
    }

    /* ---------------------------------------------------------------- reading */

    read() {
      const time = this.time(this.pointer);
      if (this.pointer === null || time < 0 || time > this.track.duration) return;
      const parts = [];
      const beat = this.track.grid && lastBefore(this.track.grid, time, (b) => b.time);
      if (beat && beat.bar) parts.push(`bar ${beat.bar}, beat ${beat.position}`);
      const section = rowAt(this.track.sections, time);
      if (section) parts.push(section[2]);
      const chord = rowAt(this.track.chords, time);
      if (chord) parts.push(chord[2]);
      const key = rowAt(this.track.keys, time);
      if (key) parts.push(key[3] ? `${key[2]} (${key[3]})` : key[2]);
      const tempo = rowAt(this.track.tempo, time);
      if (tempo) parts.push(`${tempo[2].toFixed(2)} BPM`);
      const energy = energyAt(this.track.energy, time);
      if (energy !== null) parts.push(`energy ${energy.toFixed(2)}`);
      const content = rowAt(this.track.content, time);
      if (content) parts.push(content[2]);
      const strong = document.createElement("b");
      strong.textContent = clock(time, 2);
      this.readout.replaceChildren(strong, ` ${["", ...parts].join(" · ")}`);
    }

    /* ---------------------------------------------------------------- hands */

    listen() {
      const at = (event) => event.clientX - this.canvas.getBoundingClientRect().left;
      for (const button of all("[data-zoom]", this.element)) {
        button.addEventListener("click", () => this.button(button.dataset.zoom));
      }
      this.canvas.addEventListener("wheel", (event) => this.wheel(event, at(event)), {
        passive: false,
      });
      this.canvas.addEventListener("dblclick", (event) => this.zoom(3, this.time(at(event))));
      this.canvas.addEventListener("keydown", (event) => this.key(event));
      this.canvas.addEventListener("pointerleave", () => this.point(null));
      this.drags(at);
      const onMap = (event) => {
        const left = event.clientX - this.map.getBoundingClientRect().left - this.gutter;
        const centre = (left / (this.width - this.gutter)) * this.track.duration;
        const half = (this.view.end - this.view.start) / 2;
        this.pan(centre - half - this.view.start);
      };
      this.map.addEventListener("pointerdown", (event) => {
        this.map.setPointerCapture(event.pointerId);
        onMap(event);
      });
      this.map.addEventListener("pointermove", (event) => event.buttons && onMap(event));
    }

    /* one finger or the mouse drags, two fingers zoom */
    drags(at) {
      const down = new Map();
      const spread = () => {
        const [a, b] = [...down.values()];
        return { centre: (a + b) / 2, width: Math.max(10, Math.abs(a - b)) };
      };
      this.canvas.addEventListener("pointerdown", (event) => {
        this.canvas.setPointerCapture(event.pointerId);
        down.set(event.pointerId, at(event));
      });
      this.canvas.addEventListener("pointermove", (event) => {
        const before = down.get(event.pointerId);
        if (before !== undefined && down.size === 1) this.pan((before - at(event)) / this.perMs);
        if (before !== undefined && down.size === 2) {
          const old = spread();
          down.set(event.pointerId, at(event));
          const now = spread();
          this.zoom(now.width / old.width, this.time(now.centre));
        }
        if (before !== undefined) down.set(event.pointerId, at(event));
        this.point(at(event));
      });
      for (const name of ["pointerup", "pointercancel"]) {
        this.canvas.addEventListener(name, (event) => down.delete(event.pointerId));
      }
    }

    button(what) {
      if (what === "in") this.zoom(2);
      else if (what === "out") this.zoom(0.5);
      else this.show(0, this.track.duration);
    }

    wheel(event, x) {
      if (event.ctrlKey || event.metaKey) {
        event.preventDefault();
        this.zoom(Math.exp(-event.deltaY / 200), this.time(x));
      } else if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
        event.preventDefault();
        this.pan((event.deltaX || event.deltaY) / this.perMs);
      }
    }

    key(event) {
      const quarter = (this.view.end - this.view.start) / 4;
      const act = {
        "+": () => this.zoom(2), "=": () => this.zoom(2), "-": () => this.zoom(0.5),
        "0": () => this.show(0, this.track.duration),
        ArrowLeft: () => this.pan(-quarter), ArrowRight: () => this.pan(quarter),
      }[event.key];
      if (!act || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      act();
    }

    point(x) {
      this.pointer = x;
      this.draw();
      if (x !== null) this.read();
    }
  }

  /* level of a plane between two (fractional) columns: a straight line between neighbours
     when they are wide, else their largest, or (`typical`) their
     root mean square, which keeps the height of beats that are shorter than a pixel */
  function at(plane, a, b, typical) {
    if (b - a < 1) {
      const left = clamp(Math.floor(a), 0, plane.length - 1);
      const right = Math.min(plane.length - 1, left + 1);
      return plane[left] + (plane[right] - plane[left]) * clamp(a - left, 0, 1);
    }
    const start = Math.max(0, Math.floor(a));
    const end = Math.min(plane.length, Math.ceil(b));
    let largest = 0;
    let sum = 0;
    for (let i = start; i < end; i += 1) {
      sum += plane[i] * plane[i];
      if (plane[i] > largest) largest = plane[i];
    }
    return typical ? Math.sqrt(sum / Math.max(1, end - start)) : largest;
  }

  /* ------------------------------------------------------------------ pages */

  const timelines = new Map();

  function open(article) {
    const element = article.querySelector(".timeline");
    if (!timelines.has(article)) {
      const timeline = new Timeline(element);
      timelines.set(article, timeline);
      for (const button of all("button.time", article)) {
        button.addEventListener("click", () => {
          timeline.show(1000 * button.dataset.start, 1000 * button.dataset.end);
          element.scrollIntoView({ block: "nearest" });
        });
      }
    }
    timelines.get(article).draw();
  }

  const articles = all("article.track");
  const overview = document.getElementById("overview");

  /* the address says what is shown: #track-3, or the overview */
  function route() {
    const wanted = articles.find((a) => `#${a.id}` === location.hash);
    const shown = wanted || (overview ? null : articles[0]);
    if (overview) overview.hidden = Boolean(shown);
    for (const article of articles) article.hidden = article !== shown;
    if (!shown) return;
    if (overview) neighbours(shown);
    open(shown);
    if (wanted) window.scrollTo(0, 0);
  }

  /* previous and next follow the order of the table as it is sorted and filtered now */
  function neighbours(article) {
    const order = all("tr[data-index]", overview).filter((r) => !r.hidden).map((r) => r.dataset.index);
    const place = order.indexOf(article.dataset.index);
    const link = (name, index) => {
      const anchor = article.querySelector(name);
      anchor.hidden = index === undefined;
      anchor.href = `#track-${index}`;
    };
    link("a.previous", place > 0 ? order[place - 1] : undefined);
    link("a.next", place >= 0 ? order[place + 1] : undefined);
  }

  /* ------------------------------------------------------------------ table */

  function sortable(table) {
    const body = table.querySelector("tbody");
    all("th", table).forEach((head, column) => {
      head.querySelector("button").addEventListener("click", () => {
        const descending = head.getAttribute("aria-sort") === "ascending";
        for (const other of all("th", table)) other.removeAttribute("aria-sort");
        head.setAttribute("aria-sort", descending ? "descending" : "ascending");
        const value = (row) => row.cells[column].dataset.value;
        const numbers = head.dataset.kind === "number";
        const compare = (a, b) => {
          const [u, v] = [value(a), value(b)];
          if (u === "" || v === "") return (u === "") - (v === "");
          const order = numbers ? u - v : u.localeCompare(v);
          return descending ? -order : order;
        };
        body.append(...[...body.rows].sort(compare));
      });
    });
  }

  function filterable() {
    const input = overview.querySelector("input[type=search]");
    const found = overview.querySelector(".found");
    const rows = all("tr[data-index]", overview);
    const sectors = all(".sector", overview);
    let camelot = null;
    const apply = () => {
      const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
      for (const row of rows) {
        row.hidden = (camelot && row.dataset.camelot !== camelot) || !words.every((w) => matches(row, w));
      }
      const n = rows.filter((r) => !r.hidden).length;
      found.textContent = n === rows.length ? "" : `${n} of ${rows.length}`;
    };
    const choose = (sector) => {
      camelot = camelot === sector.dataset.camelot ? null : sector.dataset.camelot;
      for (const s of sectors) s.classList.toggle("chosen", s.dataset.camelot === camelot);
      apply();
    };
    for (const sector of sectors) {
      sector.addEventListener("click", () => choose(sector));
      sector.addEventListener("keydown", (e) => (e.key === "Enter" || e.key === " ") && (e.preventDefault(), choose(sector)));
    }
    input.addEventListener("input", apply);
  }

  /* a word is a range of tempi (120-128), a Camelot name (8a), or part of the row's text */
  function matches(row, word) {
    const range = /^(\d+(?:\.\d+)?)-(\d+(?:\.\d+)?)$/.exec(word);
    if (range) return row.dataset.bpm >= Number(range[1]) && row.dataset.bpm <= Number(range[2]);
    if (/^\d{1,2}[ab]$/.test(word)) return (row.dataset.camelot || "").toLowerCase() === word;
    return row.textContent.toLowerCase().includes(word);
  }

  /* ------------------------------------------------------------------ light and dark */

  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  let chosen = null;
  function paint() {
    root.dataset.theme = chosen || (dark.matches ? "dark" : "light");
    for (const timeline of timelines.values()) timeline.draw();
  }
  document.querySelector("button.theme").addEventListener("click", () => {
    chosen = root.dataset.theme === "dark" ? "light" : "dark";
    paint();
  });
  dark.addEventListener("change", paint);

  paint();
  const table = document.querySelector("table.tracks");
  if (table) {
    sortable(table);
    filterable();
  }
  window.addEventListener("hashchange", route);
  route();
})();
