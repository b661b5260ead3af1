"use strict";
/* Draws the run that the page carries as data. Steps are told by their numbers; `at` is a place on the axis, from 0 to 1. */
const run = JSON.parse(document.getElementById("run").textContent);
const element = id => document.getElementById(id);
const picture = element("picture"), overview = element("overview");
const count = run.last - run.first + 1;
/* Where nothing follows, the end has a place of its own behind the last step: what waits there waits for ever. */
const isEndShown = run.last === run.total, END = run.last + (isEndShown ? 2 : 1);
const USER = 1, SIGNAL = 2;
const LABELS = 104, RIGHT = 12, LANES_MAX = 12;

const escape = text => String(text).replace(/[&<>"]/g, c => "&#" + c.charCodeAt(0) + ";");
const hue = g => Math.round((g * 137.508 + 60) % 360);
const isShown = step => step >= run.first && step <= run.last;
const pointAt = step => run.points[run.point[step - run.first]];
const nameOfG = g => "G" + run.goroutines[g - 1][0];
const shortOf = name => name.replace(/^.*\//, "").replace(/^(runtime|debug|trace|sync|main|pprof|time)\./, "").replace(/^runtime_/, "");

/* ---- The axis ---------------------------------------------------------- */

const cells = END - run.first;
const places = new Float64Array(cells + 1);

function layAxis() {
	const weights = new Float64Array(cells).fill(1);
	const shown = run.decisions.filter(d => isShown(d[0]));
	if (element("wide").checked && shown.length > 0 && count > 60) {
		const reach = 7, share = Math.min(2.2, .3 * shown.length) * count;
		const peaks = new Float64Array(count);
		let sum = 0;
		for (const [step] of shown)
			for (let d = -reach; d <= reach; d++) {
				const i = step - run.first + d;
				if (i >= 0 && i < count)
					peaks[i] = Math.max(peaks[i], 1 - Math.abs(d) / (reach + 1));
			}
		for (const peak of peaks)
			sum += peak;
		for (let i = 0; i < count; i++)
			weights[i] += peaks[i] / sum * share;
	}
	let total = 0;
	if (isEndShown)
		weights[count] = weights.reduce((sum, weight) => sum + weight) * .05;
	for (const weight of weights)
		total += weight;
	places[0] = 0;
	for (let i = 0; i < cells; i++)
		places[i + 1] = places[i] + weights[i] / total;
}

const placeOf = step => places[Math.max(0, Math.min(cells, step - run.first))];

function stepAt(place) {
	let low = 0, high = count;
	while (low + 1 < high) {
		const middle = (low + high) >> 1;
		if (places[middle] <= place)
			low = middle;
		else
			high = middle;
	}
	return run.first + low;
}

/* ---- What lasts, found once -------------------------------------------- */

/* Steps of one M in a row, of one goroutine on one stack. */
function findStretches() {
	const stretches = [];
	let last = null;
	for (let i = 0; i < count; i++) {
		if (last && last.m === run.m[i] && last.g === run.g[i] && last.stack === run.stack[i])
			last.to = run.first + i + 1;
		else
			stretches.push(last = {m: run.m[i], g: run.g[i], stack: run.stack[i], from: run.first + i, to: run.first + i + 1});
	}
	return stretches;
}

/* From the step in which KEYS has a value for an M to the one in which that M has another. */
function findSpans(keys, details) {
	const open = new Map(), spans = [];
	for (let i = 0; i < count; i++) {
		const m = run.m[i], key = keys[i], detail = details ? details[i] : 0;
		const span = open.get(m);
		if (span && span.key === key && span.detail === detail) {
			span.last = run.first + i + 1;
			continue;
		}
		if (span)
			span.to = run.first + i;
		const next = {m, key, detail, from: run.first + i, to: END, last: run.first + i + 1};
		open.set(m, next);
		if (key !== 0)
			spans.push(next);
	}
	return spans;
}

function findSleeps() {
	const began = new Map(), sleeps = [];
	for (let i = 0; i < count; i++) {
		const m = run.m[i], step = run.first + i;
		if (began.has(m))
			sleeps.push([m, began.get(m) + 1, step]);
		began.delete(m);
		if (pointAt(step) === "host-note/sleep")
			began.set(m, step);
	}
	for (const [m, step] of began)
		sleeps.push([m, step + 1, END]);
	return sleeps;
}

function findStatuses() {
	const open = new Map(), spans = [];
	for (const [step, g, letter, name] of run.statuses) {
		const span = open.get(g);
		if (span)
			span.to = step;
		const next = {g: g + 1, letter, name, from: Math.max(step, run.first), to: END};
		open.set(g, next);
		spans.push(next);
	}
	return spans.filter(span => span.letter !== "d" && span.to > span.from);
}

function findDeaths() {
	const began = new Map(), deaths = [];
	for (const [step, p, isDead] of run.procs) {
		if (isDead)
			began.set(p, step);
		else if (began.has(p)) {
			deaths.push([p, began.get(p), step]);
			began.delete(p);
		}
	}
	for (const [p, step] of began)
		deaths.push([p, step, END]);
	return deaths;
}

const stretches = findStretches(), onM = findSpans(run.g, run.operation), onP = findSpans(run.p, run.g);
const sleeps = findSleeps(), statuses = findStatuses(), deaths = findDeaths();

/* Who gave a P away shows it when it is seen again: others may have it by then. */
{
	const newest = new Map();
	for (const span of onP) {
		const before = newest.get(span.key);
		if (before && before.to > span.from)
			before.to = span.from;
		newest.set(span.key, span);
	}
}

/* Who lost a P in a system call does not see it before it is back. */
for (const [step, , victim, p] of run.steals)
	for (const span of onP)
		if (span.m === victim && span.key === p + 1 && span.from <= step && span.to > step)
			span.to = step + 1;

/* ---- Which lanes ------------------------------------------------------- */

const number = text => Number(text);
const decidingMs = new Set(run.decisions.map(d => d[1]));

function lanesOfMs() {
	const counts = new Map();
	for (const m of run.m)
		counts.set(m, (counts.get(m) || 0) + 1);
	let ms = [...counts.keys()];
	if (!element("every").checked && ms.length > LANES_MAX)
		ms = ms.sort((a, b) => (decidingMs.has(b) - decidingMs.has(a)) || counts.get(b) - counts.get(a)).slice(0, LANES_MAX);
	return ms.sort((a, b) => a - b);
}

function lanesOfPs() {
	const seen = new Set(onP.map(span => span.key - 1).concat(deaths.map(death => death[0])));
	const ps = [...seen].sort((a, b) => a - b);
	return element("every").checked ? ps : ps.slice(0, LANES_MAX);
}

/* Those that were waited for, or never given back, or are told of. */
function lanesOfLocks() {
	const names = new Map();
	const told = run.decisions.filter(d => isShown(d[0])).map(d => pointAt(d[0])).filter(name => name.startsWith("lock/")).map(name => name.slice(5));
	for (const [name, , wanted, got, released] of run.locks) {
		const weight = (got !== wanted ? 1 : 0) + (released === 0 ? 4 : 0) + (told.includes(name) ? 2 : 0);
		names.set(name, Math.max(names.get(name) || 0, weight));
	}
	let all = [...names.keys()];
	if (!element("every").checked)
		all = all.filter(name => names.get(name) > 0).sort((a, b) => names.get(b) - names.get(a) || (a < b ? -1 : 1)).slice(0, 8);
	return all.sort((a, b) => names.get(b) - names.get(a) || (a < b ? -1 : 1));
}

function lanesOfGoroutines() {
	const last = new Map();
	for (const span of statuses)
		last.set(span.g, span);
	let all = [...last.keys()];
	if (!element("every").checked && all.length > LANES_MAX)
		all = all.sort((a, b) => (last.get(b).to > run.last) - (last.get(a).to > run.last) || a - b).slice(0, LANES_MAX);
	return all.sort((a, b) => a - b);
}

/* ---- The picture ------------------------------------------------------- */

const view = {left: 0, right: 1, width: 1000, chosen: 0, found: []};
let lanes = null, drawn = [];

const x = step => LABELS + (placeOf(step) - view.left) / (view.right - view.left) * (view.width - LABELS - RIGHT);
const isVisible = (from, to) => placeOf(to) >= view.left && placeOf(from) <= view.right;
const put = text => drawn.push(text);

function clip(from, to) {
	const begin = Math.max(LABELS, x(from)), end = Math.min(view.width - RIGHT, x(to));
	return [begin, Math.max(end - begin, .6)];
}

function block(kind, from, to, y, height, title, style) {
	const [begin, width] = clip(from, to);
	put(`<rect class="${kind}" x="${begin.toFixed(1)}" y="${y}" width="${width.toFixed(1)}" height="${height}"` +
		(style ? ` style="${style}"` : "") + `><title>${escape(title)}</title></rect>`);
	return [begin, width];
}

/* TEXT where it fits into WIDTH, cut rather than left out. */
function label(kind, begin, width, y, text) {
	const room = Math.floor((width - 6) / 6.1);
	if (room < 2)
		return;
	const cut = text.length <= room ? text : room < 5 ? text.split(" ")[0] : text.slice(0, room - 1) + "\u2026";
	if (cut.length <= room)
		put(`<text class="${kind}" x="${(begin + 3).toFixed(1)}" y="${y}">${escape(cut)}</text>`);
}

function laneName(name, detail, y, height) {
	put(`<rect class="lane" x="${LABELS}" y="${y}" width="${view.width - LABELS - RIGHT}" height="${height}"/>`);
	put(`<text class="name" x="2" y="${y + height / 2 + 4}">${escape(name)}<tspan class="quiet"> ${escape(detail)}</tspan></text>`);
}

function drawBands(y) {
	put(`<text class="name" x="2" y="${y + 12}">${run.isV1 ? "tracing" : "generation"}</text>`);
	run.generations.forEach(([step, value], i) => {
		const to = i + 1 < run.generations.length ? run.generations[i + 1][0] : END;
		if (value === "0" || !isVisible(step, to) || to < run.first || step > run.last)
			return;
		const text = run.isV1 ? "on" : "generation " + value;
		const [begin, width] = block(i % 2 ? "band-b" : "band-a", step, to, y, 16, `${text}: steps ${step} to ${to}`);
		label("on-band", begin, width, y + 12, text);
	});
	for (let i = 0; i < run.worldStops.length; i++) {
		const [step, value] = run.worldStops[i];
		const to = i + 1 < run.worldStops.length ? run.worldStops[i + 1][0] : END;
		if (value !== "0" && to >= run.first && step <= run.last && isVisible(step, to))
			block("stop", step, to, y + 16, 4, `the world is to stop: steps ${step} to ${to}`);
	}
	return y + 24;
}

function drawM(m, y) {
	const height = 30;
	laneName("M" + m, "thread " + run.threads[m][0], y, height);
	for (const span of onM) {
		if (span.m !== m || !isVisible(span.from, span.to))
			continue;
		const text = nameOfG(span.key) + (span.detail ? " " + shortOf(run.operations[span.detail]) : "");
		span.place = block("", span.from, span.to, y, height, `M${m} has ${text}: steps ${span.from} to ${span.to - 1}`,
			`fill:hsl(${hue(span.key)} 45% var(--pale))`);
		span.text = text;
	}
	let end = -1;
	for (const stretch of stretches) {
		if (stretch.m !== m || !isVisible(stretch.from, stretch.to))
			continue;
		const right = x(stretch.to);
		if (right - end < .4 && stretch.stack !== SIGNAL)
			continue;
		end = right;
		const fill = stretch.g ? `fill:hsl(${hue(stretch.g)} 60% var(--light))` : "fill:var(--quiet)";
		const title = `M${m}, steps ${stretch.from} to ${stretch.to - 1}, ${["system stack", "user stack", "signal"][stretch.stack]}` +
			(stretch.g ? ", " + nameOfG(stretch.g) : "");
		const top = stretch.stack === USER ? y : y + 13;
		block("", stretch.from, stretch.to, top, y + height - top, title, fill);
		if (stretch.stack === SIGNAL)
			drawFlash(stretch, y, height, title);
		else if (stretch.stack !== USER)
			block("system", stretch.from, stretch.to, top, y + height - top, title);
	}
	for (const span of onM)
		if (span.m === m && span.place && isVisible(span.from, span.to))
			label("on-m", span.place[0], span.place[1], y + 10.5, span.text);
	for (const [who, from, to] of sleeps)
		if (who === m && isVisible(from, to)) {
			const [begin, width] = clip(from, to);
			put(`<line class="sleep" x1="${begin}" x2="${begin + width}" y1="${y + height / 2}" y2="${y + height / 2}"><title>M${m} sleeps</title></line>`);
			if (width > 60)
				put(`<text class="quiet" x="${begin + 4}" y="${y + height - 3}">sleeps</text>`);
		}
	for (const [name, who, wanted, got] of run.locks)
		if (who === m && got !== wanted) {
			const to = got === 0 ? END : got;
			if (to < run.first || wanted > run.last || !isVisible(wanted, to))
				continue;
			const [begin, width] = block("wait", wanted + 1, to, y + 6, height - 12, `M${m} waits for ${name}: steps ${wanted} to ${to}`);
			label("pin-label", begin, width, y + 19, "waits for " + name);
		}
	drawStepNames(m, y, height);
	return y + height + 4;
}

function drawFlash(stretch, y, height, title) {
	const middle = (x(stretch.from) + x(stretch.to)) / 2;
	if (middle < LABELS || middle > view.width - RIGHT)
		return;
	block("signal", stretch.from, stretch.to, y, height, title);
	put(`<path class="signal" d="M${middle.toFixed(1)} ${y - 5}l4 0l-2.5 6l4 0l-7 10l2 -7l-3.5 0z"><title>SIGPROF on M${stretch.m}</title></path>`);
}

function drawStepNames(m, y, height) {
	const from = Math.max(run.first, stepAt(view.left)), to = Math.min(run.last, stepAt(view.right) + 1);
	for (let step = from; step <= to; step++) {
		if (run.m[step - run.first] !== m || x(step + 1) - x(step) < 62 || x(step) < LABELS)
			continue;
		label("step-name", x(step) - 2, (x(step + 1) - x(step)) * 1.2 + 4, y + height - 4, pointAt(step));
	}
}

function drawP(p, y) {
	const height = 14;
	laneName("P" + p, "", y, height);
	for (const [who, from, to] of deaths)
		if (who === p && to >= run.first && from <= run.last && isVisible(from, to)) {
			const [begin, width] = block("dead", from, to, y, height, `P${p} is dead: steps ${from} to ${to}`);
			label("pin-label", begin, width, y + 11, "dead");
		}
	for (const span of onP) {
		if (span.key !== p + 1 || !isVisible(span.from, span.to))
			continue;
		const to = span.to;
		const text = "M" + span.m + (span.detail ? " " + nameOfG(span.detail) : "");
		const [begin, width] = block("", span.from, to, y, height, `P${p}: ${text}, steps ${span.from} to ${to - 1}`,
			span.detail ? `fill:hsl(${hue(span.detail)} 55% var(--light))` : "fill:hsl(0 0% 65%)");
		label("on-block", begin, width, y + 11, text);
	}
	for (const [step, m, victim, of] of run.steals)
		if (of === p && isShown(step) && isVisible(step, step + 1)) {
			const middle = (x(step) + x(step + 1)) / 2;
			put(`<path class="steal" d="M${middle.toFixed(1)} ${y - 2}v${height + 4}m0 ${-height / 2 - 2}l-4 -4m4 4l-4 4"><title>M${m} takes P${p} from M${victim}, which is in a system call: step ${step}</title></path>`);
		}
	return y + height + 2;
}

function drawLock(name, y) {
	const height = 14;
	laneName("lock", name, y, height);
	for (const [of, m, wanted, got, released] of run.locks) {
		if (of !== name)
			continue;
		const to = released === 0 ? END : released;
		if (got !== 0 && isVisible(got, to)) {
			const [begin, width] = block("held", got, to, y, height, `M${m} holds ${name}: steps ${got} to ${to}`);
			label("on-held", begin, width, y + 11, "M" + m + " holds it" + (released === 0 ? " to the end" : ""));
		}
		const until = got === 0 ? END : got;
		if (got !== wanted && isVisible(wanted, until))
			block("wait", wanted, until, y + 9, height - 7, `M${m} waits for ${name}: steps ${wanted} to ${until}`);
	}
	return y + height + 3;
}

const middleOf = m => lanes.m.has(m) ? lanes.m.get(m) + 15 : null;

/* Boxes that are in the queue at the same time lie in rows; the last row takes what is left. */
function queueRows() {
	const rows = [];
	for (const buffer of run.buffers) {
		const [, , queued, , read] = buffer, to = read === 0 ? END : read;
		if (queued === 0 || to < run.first || queued > run.last)
			continue;
		let row = rows.findIndex(end => x(end) <= x(queued));
		if (row < 0)
			row = rows.length < 4 ? rows.push(0) - 1 : 3;
		rows[row] = to;
		buffer[7] = row;
	}
	return rows.length > 0 ? rows : [0];
}

function drawBuffers(top) {
	const rows = queueRows(), rowHeight = 17, height = rows.length * rowHeight + 4;
	const y = top;
	laneName("queue", "of buffers", y, height);
	for (const [taken, takenM, queued, queuedM, read, readM, size, row] of run.buffers) {
		if (queued === 0)
			continue;
		const to = read === 0 ? END : read;
		if (to < run.first || queued > run.last || !isVisible(queued, to))
			continue;
		const title = `${size} bytes: begun by M${takenM} in step ${taken}, queued by M${queuedM} in ${queued}, ` +
			(read === 0 ? "never read" : `read on M${readM} in ${read}`);
		const [begin, width] = clip(queued, to), from = middleOf(queuedM), target = middleOf(readM);
		if (from !== null && queued >= run.first && x(queued) >= LABELS)
			put(`<path class="travel" d="M${x(queued).toFixed(1)} ${from}V${y + 3 + row * rowHeight}"/><rect class="box-core" x="${(x(queued) - 2).toFixed(1)}" y="${from - 2}" width="4" height="4"/>`);
		if (read !== 0 && target !== null && x(read) <= view.width - RIGHT)
			put(`<path class="travel far" d="M${x(read).toFixed(1)} ${y + 3 + row * rowHeight}V${target}"/><rect class="box" x="${(x(read) - 2.5).toFixed(1)}" y="${target - 2.5}" width="5" height="5"/>`);
		put(`<rect class="box${read === 0 ? " lost" : ""}" x="${begin.toFixed(1)}" y="${y + 3 + row * rowHeight}" width="${Math.max(width, 5).toFixed(1)}" height="${rowHeight - 3}"><title>${escape(title)}</title></rect>`);
		label("name", begin, width, y + 14 + row * rowHeight, size + " bytes" + (read === 0 ? ", never read" : ""));
	}
	return y + height + 4;
}

function drawGoroutine(g, y) {
	const height = 13;
	laneName(nameOfG(g), shortOf(run.goroutines[g - 1][1]).slice(0, 11), y, height);
	for (const span of statuses) {
		if (span.g !== g || !isVisible(span.from, span.to))
			continue;
		const title = `${nameOfG(g)} ${span.name}: steps ${span.from} to ${span.to - 1}`;
		if (span.letter === "r" || span.letter === "s")
			block("", span.from, span.to, y, height, title, `fill:hsl(${hue(g)} 60% var(--light))`);
		else if (span.letter === "q")
			block("", span.from, span.to, y + 4, height - 8, title, `fill:hsl(${hue(g)} 60% var(--light));opacity:.55`);
		else
			label("quiet", ...block("stop", span.from, span.to, y + height - 2, 1, title), y + 10, "waits: " + span.name);
	}
	return y + height + 2;
}

/* ---- Deciding steps ---------------------------------------------------- */

function placePins() {
	const rows = [], pins = [];
	run.decisions.forEach(([step, m, text], i) => {
		if (!isShown(step) || !isVisible(step, step + 1))
			return;
		const middle = (x(step) + x(step + 1)) / 2, length = 24 + 6.2 * text.length;
		const isLeft = middle + length > view.width;
		const from = isLeft ? middle - length : middle - 9;
		let row = rows.findIndex(taken => taken.every(([a, b]) => from > b || from + length < a));
		if (row < 0)
			row = rows.push([]) - 1;
		rows[row].push([from, from + length]);
		pins.push({step, m, text, number: i + 1, middle, row, isLeft});
	});
	return [pins, rows.length];
}

function drawPins(pins, bottom) {
	for (const pin of pins) {
		const y = 10 + pin.row * 19, lane = middleOf(pin.m);
		put(`<line class="pin" x1="${pin.middle}" x2="${pin.middle}" y1="${y}" y2="${lane === null ? bottom : lane}"/>`);
		if (lane !== null)
			put(`<circle class="pin-spot" cx="${pin.middle}" cy="${lane}" r="5"/>`);
	}
	for (const pin of pins) {
		const y = 10 + pin.row * 19;
		put(`<g class="pin-top" data-step="${pin.step}"><circle class="pin-head" cx="${pin.middle}" cy="${y}" r="8.5"/>` +
			`<text class="pin-number" x="${pin.middle}" y="${y + 4}">${pin.number}</text>` +
			`<text class="pin-label" x="${pin.middle + (pin.isLeft ? -12 : 12)}" y="${y + 4}" text-anchor="${pin.isLeft ? "end" : "start"}">${escape(pin.text)}</text></g>`);
	}
}

/* Everything farther than a few steps from a deciding one. */
function drawFade(top, bottom) {
	if (!element("faded").checked || run.decisions.length === 0)
		return;
	const near = run.decisions.map(d => d[0]).filter(isShown).map(step => [step - 8, step + 9]);
	near.push([END, END]);
	let from = run.first;
	for (const [begin, end] of near) {
		if (begin > from && isVisible(from, begin)) {
			const [left, width] = clip(from, begin);
			put(`<rect class="fade" x="${left}" y="${top}" width="${width}" height="${bottom - top}"/>`);
		}
		from = Math.max(from, end);
	}
}

function drawTicks(y) {
	for (let at = LABELS; at < view.width - RIGHT - 40; at += 90) {
		const step = stepAt(view.left + (at - LABELS) / (view.width - LABELS - RIGHT) * (view.right - view.left));
		put(`<line class="rule" x1="${x(step)}" x2="${x(step)}" y1="${y}" y2="${y + 5}"/><text class="quiet" x="${x(step) + 2}" y="${y + 12}">${step}</text>`);
	}
	put(`<text class="name" x="2" y="${y + 12}">step</text>`);
	return y + 18;
}

function drawFound(y) {
	let end = -9;
	for (const step of view.found) {
		const middle = (x(step) + x(step + 1)) / 2;
		if (!isVisible(step, step + 1) || middle < LABELS || middle - end < 2)
			continue;
		end = middle;
		const lane = middleOf(run.m[step - run.first]);
		put(`<path class="found" d="M${middle} ${y}l-4 7h8z"><title>step ${step}: ${escape(pointAt(step))}</title></path>`);
		if (lane !== null)
			put(`<circle class="found" cx="${middle}" cy="${lane + 9}" r="2.5"/>`);
	}
}

const PATTERNS = '<defs>' +
	'<pattern id="hatch-system" width="4" height="4" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="1.4" height="4" fill="var(--page)" fill-opacity=".75"/></pattern>' +
	'<pattern id="hatch-wait" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="2.2" height="5" fill="var(--accent)" fill-opacity=".7"/></pattern>' +
	'<pattern id="hatch-dead" width="4" height="4" patternUnits="userSpaceOnUse"><rect width="1" height="4" fill="var(--quiet)"/></pattern></defs>';

function draw() {
	view.width = view.printed || Math.max(600, picture.parentNode.clientWidth);
	drawn = [PATTERNS];
	for (const span of onM)
		span.place = null;
	const [pins, rowCount] = placePins();
	let y = rowCount * 19 + 6;
	const top = y;
	lanes = {m: new Map()};
	const ms = lanesOfMs();
	let at = y + 24;
	for (const m of ms) {
		lanes.m.set(m, at);
		at += 34;
	}
	y = drawBands(y);
	for (const m of ms)
		y = drawM(m, y);
	y += 2;
	for (const p of lanesOfPs())
		y = drawP(p, y);
	y += 3;
	for (const name of lanesOfLocks())
		y = drawLock(name, y);
	y += 2;
	if (run.buffers.length > 0)
		y = drawBuffers(y);
	for (const g of lanesOfGoroutines())
		y = drawGoroutine(g, y);
	const bottom = y;
	y = drawTicks(y + 2);
	drawFade(top, bottom);
	drawFound(bottom - 3);
	if (view.chosen && isVisible(view.chosen, view.chosen + 1))
		put(`<line class="cursor" x1="${x(view.chosen)}" x2="${x(view.chosen)}" y1="${top}" y2="${bottom}"/>`);
	drawPins(pins, bottom);
	picture.setAttribute("viewBox", `0 0 ${view.width} ${y}`);
	picture.innerHTML = drawn.join("");
	drawOverview();
}

/* ---- The whole run ----------------------------------------------------- */

const wholeX = step => LABELS + (step - 1) / run.total * (view.width - LABELS - RIGHT);

function drawOverview() {
	const rows = Math.min(run.threads.length, 16), rowHeight = rows > 6 ? 3 : 6, height = Math.max(30, 12 + rows * rowHeight);
	const parts = [`<text class="name" x="2" y="12">whole run</text><text class="quiet" x="2" y="25">${run.total} steps</text>`];
	run.generations.forEach(([step, value], i) => {
		const to = i + 1 < run.generations.length ? run.generations[i + 1][0] : run.total + 1;
		if (value !== "0")
			parts.push(`<rect class="${i % 2 ? "band-b" : "band-a"}" x="${wholeX(step)}" y="0" width="${Math.max(1, wholeX(to) - wholeX(step))}" height="${height}"/>`);
	});
	run.buckets.forEach((bucket, i) => {
		const from = wholeX(1 + i * run.bucketSize), width = Math.max(.5, wholeX(1 + (i + 1) * run.bucketSize) - from);
		for (let j = 1; j < bucket.length; j += 2)
			if (bucket[j] < rows)
				parts.push(`<rect class="held" x="${from.toFixed(1)}" y="${10 + bucket[j] * rowHeight}" width="${width.toFixed(1)}" height="${rowHeight - 1}" fill-opacity="${(.25 + .75 * bucket[j + 1] / run.bucketSize).toFixed(2)}"/>`);
		if (bucket[0] > 0)
			parts.push(`<rect class="signal" x="${from.toFixed(1)}" y="0" width="2" height="6"/>`);
	});
	parts.push(`<rect class="window" x="${wholeX(run.first)}" y=".5" width="${wholeX(run.last + 1) - wholeX(run.first)}" height="${height - 1}"/>`);
	const from = wholeX(stepAt(view.left)), to = wholeX(stepAt(view.right) + 1);
	parts.push(`<rect class="viewport" x="${from}" y="1" width="${Math.max(3, to - from)}" height="${height - 2}"/>`);
	run.decisions.forEach(([step], i) => parts.push(`<line class="pin" x1="${wholeX(step)}" x2="${wholeX(step)}" y1="0" y2="${height}"><title>${i + 1}</title></line>`));
	overview.setAttribute("viewBox", `0 0 ${view.width} ${height}`);
	overview.innerHTML = parts.join("");
}

