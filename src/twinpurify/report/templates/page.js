document.querySelectorAll("[data-filter]").forEach((field) => {
  const rows = document.querySelectorAll(`#${field.dataset.filter} tbody tr`);
  field.addEventListener("input", () => {
    const words = field.value.toLowerCase().split(/\s+/);
    rows.forEach((row) => {
      const text = row.textContent.toLowerCase();
      row.hidden = !words.every((word) => text.includes(word));
    });
  });
});

// A figure that leaves the page is drawn for paper: black on white, whatever the page looks like.
async function saveFigure(id, format) {
  const plot = document.getElementById(id);
  const { width, height } = plot.getBoundingClientRect();
  const paper = { paper_bgcolor: "#ffffff", plot_bgcolor: "#ffffff", updatemenus: [] };
  const font = { ...plot.layout.template?.layout?.font, ...plot.layout.font, color: "#111111" };
  const layout = { ...plot.layout, ...paper, font, width, height };
  const link = document.createElement("a");
  link.href = await Plotly.toImage({ data: plot.data, layout }, { format, width, height, scale: format === "png" ? 3 : 1 });
  link.download = `${document.title.replace(/[^\w]+/g, "_")}_${id}.${format}`;
  link.click();
}
document.querySelectorAll("[data-format]").forEach((button) => {
  const id = button.parentElement.dataset.figure;
  button.addEventListener("click", () => saveFigure(id, button.dataset.format));
});

document.querySelectorAll("[data-copy]").forEach((button) => {
  button.addEventListener("click", () => {
    getSelection().selectAllChildren(document.getElementById(button.dataset.copy));
    document.execCommand("copy");
  });
});

addEventListener("beforeprint", () => {
  document.querySelectorAll("details").forEach((details) => { details.open = true; });
  document.querySelectorAll(".js-plotly-plot").forEach((plot) => Plotly.Plots.resize(plot));
});
