"""Names of places in Belgium, to tell another town from a word that belongs to no address. No I/O.

A replica may keep a few municipalities only: what lies elsewhere must still be seen, or its street would be taken for
the namesake here. Municipalities in all their languages, and the postal names (deelgemeenten) of Flanders and Brussels.

Source: BeSt of June 2019 (FOD BOSA, CC-BY 4.0; data/address/postcodes), without what stood in brackets; the Dutch
names of Walloon towns and the mergers of 1-1-2025 were added.
"""

from __future__ import annotations

from functools import lru_cache

from services.address.domain.folding import place_key
from services.address.domain.place_names import MERGED, OTHER_LANGUAGES


def known_place(key: str) -> bool:
    """Is this the `folding.place_key` of a municipality or deelgemeente of Belgium?"""
    return key in _keys()


@lru_cache(maxsize=1)
def place_letters() -> frozenset[str]:
    """Every three letters that stand together in one of them: how names are written in Belgium."""
    return frozenset(key[at : at + 3] for key in _keys() for at in range(len(key) - 2))


@lru_cache(maxsize=1)
def _keys() -> frozenset[str]:
    other = (name for names in OTHER_LANGUAGES.values() for name in names)
    listed = (name for text in (_POSTAL, _ADDED) for line in text.split() for name in line.replace("_", " ").split("/"))
    return frozenset(key for name in (*listed, *other, *MERGED) if (key := place_key(name)))


_ADDED = """
Aarlen/Aat/Antwerp/Bastenaken/Bergen/Bilzen-Hoeselt/Beveren-Kruibeke-Zwijndrecht/Brussels/Doornik/Edingen/Eigenbrakel/
Geldenaken/Ghent/Hannuit/Hoei/Kasteelbrakel/Komen/Lessen/Luik/Merelbeke-Melle/Moeskroen/Namen/Nazareth-De_Pinte/Nijvel/
Opzullik/Pajottegem/Terhulpen/Tessenderlo-Ham/Tongeren-Borgloon/Tubeke/Vloesberg/Waver/Wezet/Zinnik
"""

_POSTAL = """
Aaigem/Aalbeke/Aalst/Aalter/Aarschot/Aarsele/Aartrijke/Aartselaar/Achel/Adegem/Adinkerke/Affligem/Afsnee/
Aiseau-Presles/Alken/Alost/Alsemberg/Alveringem/Amay/Amel/Andenne/Anderlecht/Anderlues/Anhée/Ans/Anthisnes/Antoing/
Antwerpen/Anvers/Anzegem/Appels/Appelterre-Eichem/Ardooie/Arendonk/Arlon/As/Aspelare/Asper/Asse/Assebroek/Assenede/
Assent/Assesse/Astene/Ath/Attenhoven/Attenrode/Attert/Aubange/Aubel/Audenarde/Auderghem/Avekapelle/Avelgem/Averbode/
Awans/Aywaille/Baaigem/Baal/Baardegem/Baarle-Hertog/Baasrode/Bachte-Maria-Leerne/Baelen/Baerle-Duc/Balegem/Balen/
Bambrugge/Bassenge/Bassevelde/Bastogne/Batsheers/Bavegem/Bavikhove/Bazel/Beaumont/Beauraing/Beauvechain/Beauvoorde/
Beek/Beerlegem/Beernem/Beerse/Beersel/Beerst/Beert/Beervelde/Beerzel/Begijnendijk/Beigem/Bekegem/Bekkerzeel/
Bekkevoort/Bellegem/Bellem/Bellingen/Beloeil/Belsele/Berbroek/Berchem/Berchem-Sainte-Agathe/Berendrecht/Berg/
Beringen/Berlaar/Berlare/Berlingen/Berloz/Bernissart/Bertem/Bertogne/Bertrix/Beselare/Betekom/Bevel/Bever/Bevere/
Beveren/Beveren-aan-den-Ijzer/Beveren-Waas/Beverlo/Beverst/Beyne-Heusay/Bierbeek/Bievene/Bièvre/Bikschote/Bilzen/
Binche/Binderveld/Binkom/Bissegem/Blaasveld/Blanden/Blankenberge/Blégny/Bocholt/Boechout/Boekhout/Boekhoute/
Boezinge/Bogaarden/Bommershoven/Bonheiden/Booischot/Booitshoeke/Boom/Boorsem/Boortmeerbeek/Borchtlombeek/Borgerhout/
Borgloon/Borlo/Bornem/Borsbeek/Borsbeke/Bossuit/Bost/Bottelare/Bouillon/Bourg-Léopold/Boussu/Boutersem/Bouwel/
Bovekerke/Bovelingen/Braine-l'Alleud/Braine-le-Château/Braine-le-Comte/Braives/Brakel/Brasschaat/Brecht/Bredene/
Bree/Breendonk/Brielen/Broechem/Broekom/Brugelette/Bruges/Brugge/Brunehaut/Brussegem/Brussel/Brustem/Bruxelles/
Budingen/Buggenhout/Buizingen/Buken/Büllingen/Bulskamp/Bunsbeek/Burcht/Burdinne/Burg-Reuland/Burst/Bütgenbach/
Buvingen/Celles/Cerfontaine/Chapelle-lez-Herlaimont/Charleroi/Chastre/Châtelet/Chaudfontaine/Chaumont-Gistoux/
Chièvres/Chimay/Chiny/Ciney/Clavier/Colfontaine/Comblain-au-Pont/Comines-Warneton/Courcelles/Courtrai/
Court-Saint-Etienne/Couvin/Crisnée/Dadizele/Daknam/Dalhem/Damme/Daverdisse/Deerlijk/Deftinge/De_Haan/Deinze/
De_Klinge/De_Moeren/Denderbelle/Denderhoutem/Denderleeuw/Dendermonde/Denderwindeke/Dentergem/De_Panne/De_Pinte/
Dessel/Desselgem/Destelbergen/Desteldonk/Deurle/Deurne/Diegem/Diepenbeek/Diest/Diets-Heur/Dikkebus/Dikkele/
Dikkelvenne/Diksmuide/Dilbeek/Dilsen-Stokkem/Dinant/Dison/Dixmude/Doel/Doische/Donceel/Donk/Dormaal/Dour/Dranouter/
Driekapellen/Drieslinter/Drogenbos/Drongen/Dudzele/Duffel/Duisburg/Duras/Durbuy/Dworp/Ecaussinnes/Edegem/Edelare/
Eeklo/Eernegem/Egem/Eggewaartskapelle/Eghezée/Eigenbilzen/Eindhout/Eine/Eisden/Eke/Ekeren/Eksaarde/Eksel/Elen/Elene/
Elewijt/Eliksem/Elingen/Ellezelles/Ellikom/Elsegem/Elsene/Elst/Elverdinge/Elversele/Emblem/Emelgem/Ename/
Engelmanshoven/Enghien/Engis/Eppegem/Erembodegem/Erezée/Erondegem/Erpe/Erpe-Mere/Erps-Kwerps/Erquelinnes/Ertvelde/
Erwetegem/Esen/Esneux/Espierres/Espierres-Helchin/Essen/Essene/Estaimpuis/Estinnes/Etalle/Etikhove/Ettelgem/
Etterbeek/Eupen/Everbeek/Everberg/Evere/Evergem/Ezemaal/Faimes/Farciennes/Fauvillers/Fernelmont/Ferrières/
Fexhe-le-Haut-Clocher/Flémalle/Fléron/Fleurus/Flobecq/Floreffe/Florennes/Florenville/Fontaine-l'Evêque/Forest/
Fosses-la-Ville/Fouron-le-Comte/Fourons/Fouron-Saint-Martin/Fouron-Saint-Pierre/Frameries/Frasnes-lez-Anvaing/
Froidchapelle/Furnes/Gaasbeek/Galmaarden/Gammerages/Gand/Ganshoren/Gavere/Gedinne/Geel/Geer/Geetbets/Gelinden/
Gellik/Gelrode/Geluveld/Geluwe/Gembloux/Genappe/Genk/Genoelselderen/Gent/Gentbrugge/Geraardsbergen/Gerdingen/
Gerpinnes/Gestel/Gesves/Gierle/Gijverinkhove/Gijzegem/Gijzelbrechtegem/Gijzenzele/Gingelom/Gistel/Gits/Glabbeek/
Glabbeek-Zuurbemde/Godveerdegem/Goeferdinge/Goetsenhoven/Gontrode/Gooik/Gorsem/Gors-Opleeuw/Gotem/Gottem/Gouvy/
Grâce-Hollogne/Grammene/Grammont/Grazen/Grembergen/Grez-Doiceau/Grimbergen/Grimminge/Grobbendonk/Groot-Bijgaarden/
Groot-Gelmen/Groot-Loon/Grote-Brogel/Grotenberge/Grote-Spouwen/Gruitrode/Guigoven/Gullegem/Gutschoven/Haacht/
Haaltert/Haasdonk/Haasrode/Habay/Hakendover/Hal/Halen/Hallaar/Halle/Halle-Booienhoven/Halmaal/Ham/Hamme/Hamoir/
Hamois/Hamont/Hamont-Achel/Ham-sur-Heure-Nalinnes/Handzame/Hannut/Hansbeke/Harelbeke/Haren/Hasselt/Hastière/
Havelange/Hechtel/Hechtel-Eksel/Heers/Hees/Heestert/Heffen/Heikruis/Heindonk/Heist-aan-Zee/Heist-op-den-Berg/
Hekelgem/Heks/Helchin/Helchteren/Heldergem/Hélécine/Helen-Bos/Helkijn/Hemelveerdegem/Hemiksem/Hendrieken/Henis/
Hensies/Heppen/Herbeumont/Herck-la-Ville/Herderen/Herdersem/Herent/Herentals/Herenthout/Herfelingen/Herk-de-Stad/
Herne/Héron/Herselt/Herstal/Herstappe/Herten/Hertsberge/Herve/Herzele/Heule/Heurne/Heusden/Heusden-Zolder/
Heuvelland/Hever/Heverlee/Hillegem/Hingene/Hoboken/Hoegaarden/Hoeilaart/Hoeke/Hoelbeek/Hoeleden/Hoepertingen/
Hoeselt/Hoevenen/Hofstade/Hollebeke/Holsbeek/Hombeek/Honnelles/Hooglede/Hoogstade/Hoogstraten/Horebeke/Horpmaal/
Hotton/Houffalize/Houtave/Houtem/Houthalen/Houthalen-Helchteren/Houthulst/Houtvenne/Houwaart/Houyet/Hove/Huise/
Huizingen/Huldenberg/Hulshout/Hulste/Humbeek/Hundelgem/Huy/Ichtegem/Iddergem/Idegem/Ieper/Impe/Incourt/Ingelmunster/
Ingooigem/Itegem/Itterbeek/Ittre/Ixelles/Izegem/Izenberge/Jabbeke/Jalhay/Jemeppe-sur-Sambre/Jesseren/Jette/Jeuk/
Jodoigne/Juprelle/Jurbise/Kaaskerke/Kachtem/Kaggevinne/Kalken/Kallo/Kalmthout/Kampenhout/Kanegem/Kanne/Kapellen/
Kapelle-op-den-Bos/Kaprijke/Kaster/Kasterlee/Kaulille/Keerbergen/Keiem/Kelmis/Kemmel/Kemzeke/Kerkhove/Kerkom/
Kerkom-bij-Sint-Truiden/Kerksken/Kermt/Kerniel/Kersbeek-Miskom/Kessel/Kessel-Lo/Kessenich/Kester/Kieldrecht/Kinrooi/
Kleine-Brogel/Kleine-Spouwen/Klein-Gelmen/Klemskerke/Klerken/Kluisbergen/Kluizen/Knesselare/Knokke/Knokke-Heist/
Kobbegem/Koekelare/Koekelberg/Koersel/Koksijde/Kolmont/Koningshooikt/Koninksem/Kontich/Kooigem/Koolkerke/Koolskamp/
Korbeek-Dijle/Korbeek-Lo/Kortemark/Kortenaken/Kortenberg/Kortessem/Kortijs/Kortrijk/Kortrijk-Dutsel/Kozen/Kraainem/
Krombeke/Kruibeke/Kruisem/Kruishoutem/Kumtich/Kuringen/Kuttekoven/Kuurne/Kwaadmechelen/Kwaremont/Laakdal/Laar/
Laarne/La_Bruyère/Laeken/La_Hulpe/Laken/La_Louvière/Lampernisse/Lanaken/Landegem/Landen/Landskouter/Langdorp/
Langemark/Langemark-Poelkapelle/Lanklaar/La_Panne/Lapscheure/La_Roche-en-Ardenne/Lasne/Lauw/Lauwe/Léau/Lebbeke/Lede/
Ledeberg/Ledegem/Leefdaal/Leerbeek/Leest/Leeuwergem/Leffinge/Léglise/Leisele/Leke/Lembeek/Lembeke/Lemberge/
Lendelede/Lennik/Lens/Leopoldsburg/Le_Roeulx/Les_Bons_Villers/Lessines/Letterhoutem/Leupegem/Leut/Leuven/
Leuze-en-Hainaut/Libin/Libramont-Chevigny/Lichtaart/Lichtervelde/Liedekerke/Lieferinge/Liège/Lier/Lierde/Lierneux/
Lierre/Lievegem/Liezele/Lille/Lillo/Limbourg/Lincent/Linden/Linkebeek/Linkhout/Lint/Linter/Lippelo/Lissewege/Lo/
Lobbes/Lochristi/Loenhout/Loker/Lokeren/Loksbergen/Lombardsijde/Lommel/Londerzeel/Lontzen/Loonbeek/Looz/Loppem/
Lo-Reninge/Lot/Lotenhulle/Louvain/Lovendegem/Lovenjoel/Löwen/Lubbeek/Lummen/Maarkedal/Maarke-Kerkem/Maaseik/
Maasmechelen/Machelen/Mal/Maldegem/Malderen/Malines/Malle/Malmedy/Manage/Manhay/Mannekensvere/Marche-en-Famenne/
Marchin/Mariakerke/Mariekerke/Marke/Markegem/Martelange/Martenslinde/Massemen/Massenhoven/Mater/Mazenzele/Mechelen/
Mechelen-aan-de-Maas/Mechelen-Bovelingen/Meensel-Kiezegem/Meer/Meerbeek/Meerbeke/Meerdonk/Meerhout/Meerle/Meeswijk/
Meetkerke/Meeuwen/Meeuwen-Gruitrode/Meigem/Meilegem/Meise/Meix-devant-Virton/Melden/Meldert/Melkwezer/Melle/
Melsbroek/Melsele/Melsen/Membruggen/Mendonk/Menen/Menin/Merbes-le-Château/Merchtem/Mere/Merelbeke/Merendree/Merkem/
Merksem/Merksplas/Mesen/Mespelare/Messancy/Messelbroek/Messines/Mettekoven/Mettet/Meulebeke/Michelbeke/Middelburg/
Middelkerke/Mielen-Boven-Aalst/Millen/Minderhout/Modave/Moelingen/Moen/Moerbeke/Moerbeke-Waas/Moere/Moerkerke/
Moerzeke/Mol/Molenbeek-Saint-Jean/Molenbeek-Wersbeek/Molenbeersel/Molenstede/Mollem/Momignies/Mons/Montaigu-Zichem/
Mont-de-l'Enclus/Montenaken/Montigny-le-Tilleul/Mont-Saint-Guibert/Moorsel/Moorsele/Moorslede/Moortsele/Mopertingen/
Moregem/Morkhoven/Morlanwelz/Mortsel/Mouland/Mouscron/Muizen/Mullem/Munkzwalm/Munsterbilzen/Munte/Musson/Namur/
Nandrin/Nassogne/Nazareth/Nederboelare/Nederbrakel/Nederename/Nederhasselt/Nederokkerzeel/Neder-Over-Hembeek/
Nederzwalm-Hermelgem/Neerglabbeek/Neerharen/Neerhespen/Neerijse/Neerlanden/Neerlinter/Neeroeteren/Neerpelt/
Neerrepen/Neervelp/Neerwinden/Neigem/Nerem/Neufchâteau/Neupré/Nevele/Niel/Niel-bij-As/Niel-bij-Sint-Truiden/
Nieuport/Nieuwenhove/Nieuwenrode/Nieuwerkerken/Nieuwkapelle/Nieuwkerke/Nieuwkerken-Waas/Nieuwmunster/Nieuwpoort/
Nieuwrode/Nijlen/Ninove/Nivelles/Nokere/Noorderwijk/Noordschote/Nossegem/Nukerke/Oedelem/Oekene/Oelegem/Oeren/
Oeselgem/Oetingen/Oevel/Ohey/Okegem/Olen/Olmen/Olne/Olsene/Onhaye/Onkerzele/Onze-Lieve-Vrouw-Lombeek/
Onze-Lieve-Vrouw-Waver/Ooigem/Ooike/Oombergen/Oorbeek/Oordegem/Oostakker/Oostduinkerke/Oosteeklo/Oostende/
Oosterzele/Oostham/Oostkamp/Oostkerke/Oostmalle/Oostnieuwkerke/Oostrozebeke/Oostvleteren/Oostwinkel/Opbrakel/Opdorp/
Opglabbeek/Opgrimbie/Ophasselt/Opheers/Ophoven/Opitter/Oplinter/Opoeteren/Oppuurs/Opvelp/Opwijk/Ordingen/Oreye/
Orp-Jauche/Orsmaal-Gussenhoven/Ostende/Otegem/Ottenburg/Ottergem/Ottignies-Louvain-la-Neuve/Oudegem/Oudekapelle/
Oudenaarde/Oudenaken/Oudenburg/Oudergem/Oud-Heverlee/Oudsbergen/Oud-Turnhout/Ouffet/Oupeye/Outer/Outgaarden/
Outrijve/Ouwegem/Overboelare/Overhespen/Overijse/Overmere/Overpelt/Overrepen/Overwinden/Paal/Paliseul/Pamel/Parike/
Passendale/Paulatem/Pecq/Peer/Pellenberg/Pelt/Pepingen/Pepinster/Perk/Péruwelz/Pervijze/Perwez/Petegem-aan-de-Leie/
Petegem-aan-de-Schelde/Peutie/Philippeville/Piringen/Pittem/Plombières/Poederlee/Poeke/Poelkapelle/Poesele/Pollare/
Pollinkhove/Pont-à-Celles/Poperinge/Poppel/Profondeville/Proven/Pulderbos/Pulle/Putte/Puurs/Puurs-Sint-Amands/
Quaregnon/Quévy/Quiévrain/Raeren/Ramillies/Ramsdonk/Ramsel/Ramskapelle/Ransberg/Ranst/Ravels/Rebecq/Reet/Rekem/
Rekkem/Relegem/Remersdaal/Remicourt/Renaix/Rendeux/Reninge/Reningelst/Reppel/Ressegem/Retie/Rhode-Saint-Genese/
Riemst/Rijkel/Rijkevorsel/Rijkhoven/Rijmenam/Riksingen/Rillaar/Rixensart/Roborst/Rochefort/Roesbrugge-Haringe/
Roeselare/Roksem/Rollegem/Rollegem-Kapelle/Romershoven/Ronse/Ronsele/Roosbeek/Roosdaal/Rosmeer/Rotem/Rotselaar/
Roulers/Rouvroy/Rozebeke/Ruddervoorde/Ruien/Ruisbroek/Ruiselede/Rukkelingen-Loon/Rumbeke/Rumes/Rummen/Rumsdorp/
Rumst/Runkelen/Rupelmonde/Rutten/Sainte-Ode/Saint-Georges-sur-Meuse/Saint-Ghislain/Saint-Gilles/Saint-Hubert/
Saint-Josse-ten-Noode/Saint-Léger/Saint-Nicolas/Saint-Trond/Sambreville/Sankt_Vith/Schaarbeek/Schaerbeek/Schaffen/
Schalkhoven/Schelderode/Scheldewindeke/Schelle/Schellebelle/Schendelbeke/Schepdaal/Scherpenheuvel/
Scherpenheuvel-Zichem/Schilde/Schoonaarde/Schore/Schorisse/Schoten/Schriek/Schuiferskapelle/Schulen/Semmerzake/
Seneffe/Seraing/Serskamp/s_Gravenvoeren/s_Gravenwezel/'s_Herenelderen/Sijsele/Silly/Sinaai-Waas/Sint-Agatha-Berchem/
Sint-Agatha-Rode/Sint-Amands/Sint-Amandsberg/Sint-Andries/Sint-Antelinks/Sint-Baafs-Vijve/Sint-Blasius-Boekel/
Sint-Denijs/Sint-Denijs-Boekel/Sint-Denijs-Westrem/Sint-Eloois-Vijve/Sint-Eloois-Winkel/Sint-Genesius-Rode/
Sint-Gillis/Sint-Gillis-bij-Dendermonde/Sint-Gillis-Waas/Sint-Goriks-Oudenhove/Sint-Huibrechts-Hern/
Sint-Huibrechts-Lille/Sint-Jacobs-Kapelle/Sint-Jan/Sint-Jan-in-Eremo/Sint-Jans-Molenbeek/Sint-Job-in-'t-Goor/
Sint-Joost-ten-Node/Sint-Joris/Sint-Joris-Weert/Sint-Joris-Winge/Sint-Katelijne-Waver/Sint-Katherina-Lombeek/
Sint-Kornelis-Horebeke/Sint-Kruis/Sint-Kruis-Winkel/Sint-Kwintens-Lennik/Sint-Lambrechts-Herk/
Sint-Lambrechts-Woluwe/Sint-Laureins/Sint-Laureins-Berchem/Sint-Lenaarts/Sint-Lievens-Esse/Sint-Lievens-Houtem/
Sint-Margriete/Sint-Margriete-Houtem/Sint-Maria-Horebeke/Sint-Maria-Latem/Sint-Maria-Lierde/Sint-Maria-Oudenhove/
Sint-Martens-Bodegem/Sint-Martens-Latem/Sint-Martens-Leerne/Sint-Martens-Lennik/Sint-Martens-Lierde/
Sint-Martens-Voeren/Sint-Michiels/Sint-Niklaas/Sint-Pauwels/Sint-Pieters-Kapelle/Sint-Pieters-Leeuw/
Sint-Pieters-Rode/Sint-Pieters-Voeren/Sint-Pieters-Woluwe/Sint-Rijkers/Sint-Stevens-Woluwe/Sint-Truiden/
Sint-Ulriks-Kapelle/Sivry-Rance/Sleidinge/Slijpe/Sluizen/Smeerebbe-Vloerzegem/Smetlede/Snaaskerke/Snellegem/
Soignies/Sombreffe/Somme-Leuze/Soumagne/Spa/Spalbeek/Spermalie/Spiere/Spiere-Helkijn/Spouwen/Sprimont/Stabroek/
Staden/Stalhille/Stavele/Stavelot/Steendorp/Steenhuffel/Steenhuize-Wijnhuize/Steenkerke/Steenokkerzeel/Stekene/
Stene/Sterrebeek/Stevoort/Stokkem/Stokrooie/Stoumont/Strijpen/Strijtem/Strombeek-Bever/Stuivekenskerke/Tamise/
Tellin/Temse/Tenneville/Teralfene/Terhagen/Termonde/Ternat/Tervuren/Tessenderlo/Testelt/Teuven/Theux/
Thimister-Clermont/Thuin/Tiegem/Tielen/Tielrode/Tielt/Tielt-Winge/Tienen/Tildonk/Tinlot/Tintigny/Tirlemont/Tisselt/
Tollembeek/Tongeren/Tongerlo/Tongres/Torhout/Tournai/Tremelo/Trois-Ponts/Trooz/Tubize/Turnhout/Uccle/Uikhoven/
Uitbergen/Uitkerke/Ukkel/Ulbeek/Ursel/Vaalbeek/Val-Meer/Varendonk/Varsenare/Vaux-sur-Sûre/Vechmaal/Veerle/Veldegem/
Veldwezelt/Velm/Veltem-Beisem/Velzeke-Ruddershove/Verlaine/Verrebroek/Vertrijk/Verviers/Veulen/Veurne/Viane/Vichte/
Vielsalm/Viersel/Villers-la-Ville/Villers-le-Bouillet/Vilvoorde/Vilvorde/Vinderhoute/Vinkem/Vinkt/Viroinval/Virton/
Visé/Vissenaken/Vladslo/Vlamertinge/Vlekkem/Vleteren/Vlezenbeek/Vliermaal/Vliermaalroot/Vlierzele/Vlijtingen/
Vlimmeren/Vlissegem/Voeren/Volkegem/Vollezele/Voorde/Voormezele/Voort/Vorselaar/Vorsen/Vorst/Vosselaar/Vosselare/
Vossem/Vrasene/Vremde/Vreren/Vresse-sur-Semois/Vroenhoven/Vucht/Vurste/Waanrode/Waarbeke/Waardamme/Waarloos/
Waarmaarde/Waarschoot/Waasmont/Waasmunster/Wachtebeke/Waimes/Wakken/Walcourt/Walem/Walhain/Walsbets/Walshoutem/
Waltwilder/Wambeek/Wange/Wannegem-Lede/Wanze/Wanzele/Waregem/Waremme/Wasseiges/Waterland-Oudeman/Waterloo/
Watermaal-Bosvoorde/Watermael-Boitsfort/Watervliet/Watou/Wavre/Webbekom/Wechelderzande/Weelde/Weerde/Weert/Welden/
Welkenraedt/Welle/Wellen/Wellin/Wemmel/Wenduine/Werchter/Werken/Werm/Wervik/Wespelaar/Westende/Westerlo/Westkapelle/
Westkerke/Westmalle/Westmeerbeek/Westouter/Westrem/Westrozebeke/Westvleteren/Wetteren/Wevelgem/Wezemaal/
Wezembeek-Oppem/Wezeren/Wichelen/Widooie/Wiekevorst/Wielsbeke/Wieze/Wijchmaal/Wijer/Wijgmaal/Wijnegem/Wijshagen/
Wijtschate/Wilderen/Willebringen/Willebroek/»_Wilrijk_«/Wilsele/Wilskerke/Wimmertingen/Wingene/Winksele/
Wintershoven/Woesten/Woluwe-Saint-Lambert/Woluwe-Saint-Pierre/Wolvertem/Wommelgem/Wommersom/Wondelgem/Wontergem/
Wortegem/»_Wortegem-Petegem_«/Wortel/Woubrechtegem/Woumen/Wulpen/Wulvergem/Wulveringem/Wuustwezel/Ypres/Yvoir/
Zaffelare/Zandbergen/Zande/Zandhoven/Zandvliet/Zandvoorde/Zarlardinge/Zarren/Zaventem/Zedelgem/Zeebrugge/Zegelsem/
Zele/Zelem/Zellik/Zelzate/Zemst/Zepperen/Zerkegem/Zevekote/Zeveneken/Zeveren/Zevergem/Zichem/Zichen-Zussen-Bolder/
Zillebeke/Zingem/Zoerle-Parwijs/Zoersel/Zolder/Zomergem/Zonhoven/Zonnebeke/Zonnegem/Zottegem/Zoutenaaie/Zoutleeuw/
Zuidschote/Zuienkerke/Zulte/Zulzeke/Zutendaal/Zwalm/Zwevegem/Zwevezele/Zwijnaarde/Zwijndrecht
"""
