"""What the reader of the base case should know: every decision that the data left open."""

from __future__ import annotations

NOTES: tuple[tuple[str, str], ...] = (
    (
        "what this is",
        "Assembling Belarusian machines in Kazakhstan: real places, products and policy, from "
        "public sources; where no source gave a figure it is assumed, and marked so in the column "
        "status. Recycling-fee coefficients, the local content threshold and the worth of cheaper "
        "leasing decide the modes and are guesses; plant costs are not sourced. Several plant sets "
        "cost nearly the same. No finding about the real network.",
    ),
    (
        "horizon",
        "2026 to 2030, yearly. The data gives no growth: demand, prices, rates and the exchange "
        "rate are flat. Discount rate 12% (assumed).",
    ),
    (
        "ready-built (CBU)",
        "A machine bought ready-built at its maker. Its price is ex works; for dump trucks it "
        "includes what the maker's crew costs that puts the truck together at the mine.",
    ),
    (
        "kits",
        "One kit for each machine and mode. It holds the parts of the bill of materials that the "
        "mode does not localise, without engine and tyres where these ship apart. Mass = 0.95 x "
        "mass of those parts.",
    ),
    (
        "price of a kit",
        "Value of the parts in it + the assembly share of the machine's price (9 to 16%): that "
        "part of the price holds overheads and margin, which the maker keeps. What the maker "
        "really saves, 55% of the plant's assembly cost, is taken off the unit cost in assembly. "
        "So a machine costs its price + cost and premium of assembling it locally. Decided here.",
    ),
    (
        "value of a kit",
        "The customs value of a kit, an engine, a tyre or a local part is its share of the "
        "machine's price by the bill of materials (shares sum to 1). The assembly share is value "
        "added at the plant: so the local content that origin rules find is the one in the data.",
    ),
    (
        "HS code of a kit",
        "That of the machine: by General Interpretative Rule 2(a) an article presented unassembled "
        "is classified as the article. No kit crosses a customs border here. Engines 8408.20 (for "
        "vehicles and tractors) or 8408.90 (harvesters), tyres 4011.70 (farm) or 4011.80 (mining). "
        "Local parts take the first code that the data names for them, castings 8708.99, parts of "
        "harvesters and implements .90 of the machine's heading.",
    ),
    (
        "engines",
        "Bought apart in every mode: Minsk Motor Plant (light tractors), YaMZ (heavy tractors, "
        "harvesters, trucks to 90 t), Weichai (larger trucks; 5% duty on entering the EAEU). They "
        "may go straight to the plant or by way of the machine's maker.",
    ),
    (
        "tyres",
        "Belshina for all; for farm machines KamaTyresKZ in Saran too, 5% dearer and local (farm "
        "tyres there are an assumption). The data localises tyres in FULL mode only; here every "
        "mode may buy them in Saran, so that the plan decides where they earn the support. Tyres "
        "of implements travel in the kit, and in FULL mode come from Saran.",
    ),
    (
        "local parts",
        "Cabs, bodies, headers, weldments, castings, hydraulics and small parts that a mode "
        "localises are bought at the plant, Kazakh by origin, at 1.05 x the value of the part "
        "replaced (implements: 1.00).",
    ),
    (
        "closed suppliers",
        "Chongqing Cummins, MTU and Cummins Seymour are closed by sanctions (now closed, decision "
        "stay). Scenario suppliers_reopened opens them, at Weichai's price (assumed).",
    ),
    (
        "left out",
        "Lidselmash, MAZ and MoAZ: the base case has no product of theirs. VAT is recoverable. "
        "Eurasian procurement points are not modelled.",
    ),
    (
        "today",
        "Open now: lines that cost nothing to open (tractors SKD in Kostanay and Kokshetau, "
        "harvesters SKD at AgromashHolding, implements CKD in Kokshetau) and their three sites. "
        "All else is closed now: KazBelAZ and SemAZ because their present activity for these "
        "machines is not confirmed and the data asks for money to open a line there. What these "
        "lines do not make comes ready-built, so today's network meets all demand.",
    ),
    (
        "lines",
        "Opening cost is an investment, charged as an annuity over 10 years at the discount rate. "
        "Build time (assumed): none to USD 1m, 1 year over it, 2 years over USD 10m. Modes of one "
        "plant and family exclude each other. A site's overhead is paid while it is open; opening "
        "it costs nothing beside its lines, closing it one year's overhead (assumed).",
    ),
    (
        "customs union",
        "EAEU: Armenia, Belarus, Kazakhstan, Kyrgyzstan, Russia. Goods circulate freely inside, so "
        "the zero rates inside it are left out. Freight does not count in the dutiable value "
        "(setting freight_in_dutiable_value is 0).",
    ),
    (
        "duty in Uzbekistan and Tajikistan",
        "The data gives 0 with a certificate CT-1. Without one: 10% in Uzbekistan, 5% in "
        "Tajikistan, assumed. CT-1 is a claim: goods bought in the CIS free trade area hold it, "
        "assembled ones earn it by change of heading or by at most 50% of parts from elsewhere. "
        "Turkmenistan: 0 without a claim, as the data has it.",
    ),
    (
        "recycling fee",
        "Coefficient x 50 monthly calculation indices of 4,325 KZT, stated in KZT, on machines "
        "delivered in Kazakhstan; 0 for dump trucks and implements. Assembly there lets off 30% "
        "(SKD) or all (CKD, FULL). Scenario fee_doubled doubles it for machines made in Russia or "
        "Belarus.",
    ),
    (
        "support",
        "Cheaper leasing of farm machines that claim Kazakh local content (claim KZ_LC, 30% of the "
        "value) counts as 1.5% (CKD) or 2% (FULL) of the price, for machines delivered in "
        "Kazakhstan. Light tractors CKD reach exactly 30%; heavy ones CKD reach it only with tyres "
        "from Saran. No sales price is given, so the share is of the customs value.",
    ),
    (
        "freight",
        "Rail, and road up to about 1,500 km; 0.042 USD a tonne-km for kits and parts, 0.085 for "
        "machines by rail, 0.135 by road, + handling. Machines are charged for mass x a factor for "
        "bulk. CO2: 0.02 kg a tonne-km by rail, 0.08 by road (orders of magnitude, assumed); its "
        "price is 0.",
    ),
    (
        "owners",
        "Belarusian maker: the four machine makers. Kazakh partner: all twelve plants. Component "
        "makers: engines and tyres, from wherever.",
    ),
)
