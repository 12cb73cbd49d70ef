// The layers of the map: tiles that renew themselves, outlines, the shard grid.
"use strict";

const pixelRatio = () => Math.min(2, window.devicePixelRatio || 1);
const css = (color, alpha = 1) => `rgba(${color[0]},${color[1]},${color[2]},${alpha})`;

/// Tiles of a raster; those that have changed are exchanged without a gap.
const RasterTiles = L.TileLayer.extend({
  createTile(coords, done) {
    const tile = L.TileLayer.prototype.createTile.call(this, coords, done);
    if (this.options.isCrisp) tile.classList.add("crisp");
    return tile;
  },
  /// Asks again for the tiles that meet some bounds; for all where there are none.
  renew(bounds) {
    this.options.version += 1;
    for (const tile of Object.values(this._tiles || {})) {
      if (bounds && !bounds.overlaps(this._tileCoordsToBounds(tile.coords))) continue;
      const next = new Image();
      next.onload = () => { tile.el.src = next.src; };
      next.src = this.getTileUrl(tile.coords);
    }
  },
});

/// Outlines or roads: corners where they can be seen, elsewhere how much of the ground is covered.
const OutlineTiles = L.GridLayer.extend({
  initialize(layer, options) {
    L.GridLayer.prototype.initialize.call(this, options);
    this.layer = layer;
    this.sure = 0;
    this.chosen = null;
  },
  createTile(coords, done) {
    const ratio = pixelRatio();
    const canvas = make("canvas", { width: 256 * ratio, height: 256 * ratio });
    this._fetch(canvas, coords).then(() => done(null, canvas), (error) => done(error, canvas));
    return canvas;
  },
  async _fetch(canvas, coords) {
    const answer = await fetch(`/${this.layer.id}/${coords.z}/${coords.x}/${coords.y}.bin`);
    if (!answer.ok) throw new Error(`${answer.status} ${answer.url}`);
    canvas.numbers = new Uint16Array(await answer.arrayBuffer());
    this._draw(canvas);
  },
  renew() {
    for (const tile of Object.values(this._tiles || {})) this._fetch(tile.el, tile.coords).catch(() => {});
  },
  /// Draws only what is at least so sure, from 0 to 1.
  setSure(sure) {
    if (sure === this.sure) return;
    this.sure = sure;
    this.redrawTiles();
  },
  choose(number) {
    if (number === this.chosen) return;
    this.chosen = number;
    this.redrawTiles();
  },
  redrawTiles() {
    for (const tile of Object.values(this._tiles || {})) if (tile.el.numbers) this._draw(tile.el);
  },
  _draw(canvas) {
    const context = canvas.getContext("2d");
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, canvas.width, canvas.height);
    if (canvas.numbers[0] === 0) this._drawCover(canvas, context); else this._drawShapes(canvas, context);
  },
  _drawCover(canvas, context) {
    const numbers = canvas.numbers;
    const cells = new Float32Array(128 * 128);
    const least = Math.round(this.sure * 20);
    for (let i = 1; i + 1 < numbers.length; i += 2) {
      if (numbers[i + 1] >> 8 >= least) cells[numbers[i]] += (numbers[i + 1] & 255) / 255;
    }
    const image = new ImageData(128, 128);
    const [r, g, b] = this.layer.color;
    for (let i = 0; i < cells.length; i++) {
      if (!cells[i]) continue;
      image.data.set([r, g, b, Math.round(255 * Math.min(1, 0.12 + 0.88 * Math.sqrt(Math.min(1, cells[i]))))], i * 4);
    }
    const small = new OffscreenCanvas(128, 128);
    small.getContext("2d").putImageData(image, 0, 0);
    context.imageSmoothingEnabled = false;
    context.drawImage(small, 0, 0, canvas.width, canvas.height);
  },
  _drawShapes(canvas, context) {
    const numbers = canvas.numbers;
    const scale = canvas.width / 256 / 16;
    const ratio = canvas.width / 256;
    const least = this.sure * 255;
    const areas = new Path2D(), lines = new Path2D(), chosen = new Path2D();
    for (let i = 1; i + 4 < numbers.length;) {
      const number = numbers[i] + numbers[i + 1] * 65536;
      const [confidence, isArea, paths] = [numbers[i + 2], numbers[i + 3], numbers[i + 4]];
      i += 5;
      const isShown = confidence >= least || confidence === 256;
      const target = number === this.chosen ? chosen : isArea ? areas : lines;
      for (let path = 0; path < paths; path++) {
        const count = numbers[i++];
        if (isShown) {
          for (let corner = 0; corner < count; corner++) {
            const x = (numbers[i + corner * 2] << 16 >> 16) * scale;
            const y = (numbers[i + corner * 2 + 1] << 16 >> 16) * scale;
            if (corner) target.lineTo(x, y); else target.moveTo(x, y);
          }
          if (isArea && count) target.closePath();
        }
        i += count * 2;
      }
    }
    context.lineJoin = context.lineCap = "round";
    context.fillStyle = css(this.layer.color, 0.25);
    context.fill(areas, "evenodd");
    context.strokeStyle = css(this.layer.color);
    context.lineWidth = 1.5 * ratio;
    context.stroke(areas);
    context.lineWidth = 2.5 * ratio;
    context.stroke(lines);
    context.fillStyle = "#ffffff55";
    if (this.layer.areAreas) context.fill(chosen, "evenodd");
    context.strokeStyle = "#fff";
    context.lineWidth = 4 * ratio;
    context.stroke(chosen);
    context.strokeStyle = "#1c2126";
    context.lineWidth = 1.75 * ratio;
    context.stroke(chosen);
  },
});

const shardStates = {
  w: { title: "waiting", fill: [92, 102, 112, 0.10], line: [130, 140, 150, 0.75] },
  r: { title: "running", fill: [230, 159, 0, 0.38], line: [230, 159, 0, 1] },
  d: { title: "done", fill: [0, 158, 115, 0.10], line: [0, 158, 115, 0.85] },
  s: { title: "skipped", fill: [92, 102, 112, 0.30], line: [130, 140, 150, 0.75] },
  a: { title: "set aside", fill: [213, 94, 0, 0.42], line: [213, 94, 0, 1] },
};

/// The shards, each in the colour of its state.
const ShardTiles = L.GridLayer.extend({
  initialize(shards, options) {
    L.GridLayer.prototype.initialize.call(this, options);
    this.shards = shards;
    this.states = "";
  },
  /// The four corners of a shard as latitude and longitude, clockwise from the north-west.
  corners(number) {
    const { across, places, corners } = this.shards;
    const first = places[number] * 2;
    const below = first + across * 2;
    return [first, first + 2, below + 2, below].map((i) => [corners[i + 1], corners[i]]);
  },
  setStates(states) {
    this.states = states;
    for (const tile of Object.values(this._tiles || {})) this._draw(tile.el, tile.coords);
  },
  createTile(coords) {
    const ratio = pixelRatio();
    const canvas = make("canvas", { width: 256 * ratio, height: 256 * ratio });
    this._draw(canvas, coords);
    return canvas;
  },
  /// The corners in pixels of the world at level 0, computed once.
  _world() {
    if (!this._places) {
      const flat = this.shards.corners;
      this._places = new Float64Array(flat.length);
      for (let i = 0; i < flat.length; i += 2) {
        const place = L.CRS.EPSG3857.latLngToPoint(L.latLng(flat[i + 1], flat[i]), 0);
        this._places[i] = place.x;
        this._places[i + 1] = place.y;
      }
    }
    return this._places;
  },
  _draw(canvas, coords) {
    const context = canvas.getContext("2d");
    const [ratio, places, shards] = [canvas.width / 256, this._world(), this.shards];
    const zoom = 2 ** coords.z;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, 256, 256);
    const paths = {};
    for (let number = 0; number < this.states.length; number++) {
      const first = shards.places[number] * 2;
      const below = first + shards.across * 2;
      const x = [first, first + 2, below + 2, below].map((i) => places[i] * zoom - coords.x * 256);
      if (Math.max(...x) < -2 || Math.min(...x) > 258) continue;
      const y = [first, first + 2, below + 2, below].map((i) => places[i + 1] * zoom - coords.y * 256);
      if (Math.max(...y) < -2 || Math.min(...y) > 258) continue;
      const state = this.states[number];
      const path = paths[state] ||= new Path2D();
      path.moveTo(x[0], y[0]);
      for (let i = 1; i < 4; i++) path.lineTo(x[i], y[i]);
      path.closePath();
      if (state === "a") {
        path.moveTo(x[0], y[0]); path.lineTo(x[2], y[2]);
        path.moveTo(x[1], y[1]); path.lineTo(x[3], y[3]);
      }
    }
    for (const state of "sdwra") {
      if (!paths[state]) continue;
      const style = shardStates[state];
      context.fillStyle = css(style.fill, style.fill[3]);
      context.fill(paths[state]);
      context.strokeStyle = css(style.line, style.line[3]);
      context.lineWidth = state === "r" || state === "a" ? 2 : 1;
      context.stroke(paths[state]);
    }
  },
});
