// Draws the heatmap once more as a chart: by itself where there is room and the line is not to be spared, else on demand.
(function () {
  "use strict";

  const section = document.querySelector(".chart");
  const connection = navigator.connection || {};
  const isNarrow = window.innerWidth < 700; // the columns need more; the table has its own shape there
  const isSlow = connection.saveData || /2g/.test(connection.effectiveType || "");
  if (!section) {
    return;
  }
  const button = section.querySelector("button");
  const config = {
    showSendToCloud: false,
    plotlyServerURL: "",
    displaylogo: false,
    displayModeBar: false,
    responsive: true,
  };

  function addStyle() {
    const link = document.createElement("link");
    link.rel = "stylesheet";
    link.id = "plotly.js-style-global";
    link.className = "no-inline-styles";
    link.href = section.dataset.style;
    document.head.append(link);
  }

  function addScript() {
    return new Promise(function (resolve, reject) {
      const script = document.createElement("script");
      script.src = section.dataset.script;
      script.onload = resolve;
      script.onerror = reject;
      document.head.append(script);
    });
  }

  // The chart takes the page's ink and letters, in the dark too.
  function dress(layout) {
    const style = getComputedStyle(document.body);
    layout.font = { family: style.fontFamily, color: style.color, size: 14 };
    return layout;
  }

  async function draw() {
    addStyle();
    const [answer] = await Promise.all([fetch(section.dataset.figure), addScript()]);
    if (!answer.ok) {
      return;
    }
    const figure = await answer.json();
    section.hidden = false;
    button.hidden = true;
    await window.Plotly.newPlot(section.querySelector(".drawing"), figure.data, dress(figure.layout), config);
    section.dataset.drawn = "yes";
  }

  // Without the chart nothing is missing: the table is complete.
  const start = () => draw().catch(() => { section.hidden = true; });
  const onceIdle = () => ("requestIdleCallback" in window ? requestIdleCallback(start) : setTimeout(start, 500));
  if (isNarrow || isSlow) {
    section.hidden = button.hidden = false;
    button.addEventListener("click", start, { once: true });
  } else if (document.readyState === "complete") {
    onceIdle();
  } else {
    window.addEventListener("load", onceIdle);
  }
})();
