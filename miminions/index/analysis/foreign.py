"""Everyday words of work in other languages, with the English word that memory most likely uses."""

_TABLE = """
deploy: ausrollen ausliefern déployer déploiement desplegar despliegue distribuire rilasciare implantar uitrollen
release: veröffentlichen veröffentlichung freigabe livrer publier publicar lanzar pubblicare publiceren uitbrengen utgi
version: versión versione versão versie versjon
test: tests testen prüfen tester essai pruebas prueba probar prova testare testes toetsen
branch: zweig branche rama ramo
database: datenbank datenbanken bdd base-de-données basededatos banco databasen
table: tabelle tabellen tabla tablas tabela tabell
column: spalte spalten colonne columna colonna coluna kolom kolonne
error: fehler fehlermeldung erreur erreurs fallo errores errore errori erro erros fout fouten feil
wrong: falsch kaputt faux mauvais mal incorrecto sbagliato errado verkeerd おかしい 不对
fix: behebe beheben repariere reparieren korrigiere corriger réparer arreglar corrige reparar correggere consertar repareer oplossen fiks 直して 修复 解决
broken: defekt cassé roto rotto quebrado stuk kapot ødelagt
slow: langsam lent lente lento lentamente traag treg
fast: schnell rapide rápido veloce snel rask
server: serveur servidor servidores
user: benutzer nutzer utilisateur utilisateurs usuario usuarios utente utenti usuário utilizador gebruiker bruker
customer: kunde kunden client clients cliente clientes clienti klant klanten
password: passwort kennwort motdepasse contraseña senha wachtwoord passord
login: anmelden anmeldung einloggen connexion connecter iniciar accesso acesso inloggen innlogging
page: seite seiten page pages página páginas pagina pagine side sider
button: knopf schaltfläche taste bouton botón bottone pulsante botão knop knapp
text: texte texto testo tekst
label: beschriftung étiquette etiqueta etichetta
image: bild bilder afbeelding imagen immagine imagem bilde 图片
file: datei dateien fichier fichiers archivo archivos fichero arquivo ficheiro ficheiros bestand fil filer
folder: ordner verzeichnis dossier répertoire carpeta cartella pasta map mappe
search: suche suchen recherche chercher buscar búsqueda busca cercare ricerca zoeken søk 搜索 検索
result: ergebnis ergebnisse résultat résultats resultado resultados risultato risultati resultaat 结果
found: gefunden trouvé encontrado trovato gevonden
date: datum termin fecha data dato
deadline: frist abgabe stichtag échéance délai plazo scadenza prazo
when: wann quand cuándo cuando quando wanneer når
who: wer wem wen qui quién quien chi quem wie hvem
why: warum wieso weshalb pourquoi porqué perché porque waarom hvorfor 为什么 なぜ
how: wie comment cómo como come hoe hvordan
where: wo dónde donde dove onde waar hvor où
which: welche welcher welches quel quelle cuál quale qual welke hvilken
much: viel wieviel combien cuánto quanto hoeveel
already: schon bereits déjà ya già já al allerede
not: nicht kein keine pas non não niet ikke
we: wir uns unser unsere nous notre nosotros nuestro noi nostro nós nosso wij ons onze vi vår
price: preis preise prix precio prezzo preço prijs pris
pay: bezahlen zahlen zahlung payer paiement pagar pago pagare pagamento betalen betaling
invoice: rechnung rechnungen facture factures factura facturas fattura fatura factuur faktura
order: bestellung bestellungen commande commandes pedido pedidos ordine ordini encomenda bestelling bestilling kauf
delivery: lieferung livraison entrega consegna levering versand
shipment: sendung sendungen paket pakete colis envío spedizione envio zending pakke
address: adresse anschrift dirección indirizzo endereço adres
rule: regel regeln règle règles regla regola regra regels
change: ändern änderung änderungen changer modifier cambiar cambio cambiare modifica mudar alterar wijzigen endre
new: neu neue neuer neues neuen nouveau nouvelle nuevo nueva nuovo nuova novo nova nieuw nieuwe ny nytt
delete: löschen lösche entfernen supprimer borrar eliminar eliminare cancellare apagar excluir verwijderen slette
rename: umbenennen renommer renombrar rinominare renomear hernoemen
memory: speicher mémoire memoria memória geheugen minne
reuse: wiederverwenden réutiliser reutilizar riutilizzare hergebruiken
message: nachricht nachrichten meldung mensaje mensajes messaggio messaggi mensagem bericht berichten melding
commit: einchecken
build: bauen construire compiler construir compilar costruire compilare bouwen bygge
start: starten anfangen beginnen démarrer commencer empezar iniciar avviare iniziare começar begin starte
stop: stoppen anhalten arrêter parar fermare stoppe
off: abgeschaltet abschalten ausgeschaltet désactivé apagado spento desligado uitgeschakeld
shutdown: abschaltung abgeschaltet arrêt cierre chiusura encerramento
local: lokal lokale lokalen lokaal
data: daten données datos dados dati gegevens
fresh: frisch frische frais fresco ferske vers
backup: sicherung sauvegarde respaldo
translation: übersetzung übersetzungen traduction traducción traduzione tradução vertaling oversettelse
language: sprache sprachen langue langues idioma idiomas lingua taal språk 语言
german: deutsch deutsche deutschen allemand alemán tedesco alemão duits tysk
french: französisch français française francés francese francês frans
japanese: japanisch japonais japonesa japonés giapponese japonês 日本語 日本
chinese: chinesisch chinois chino cinese chinês 中文
english: englisch anglais inglés inglese inglês engels engelsk
line: zeile zeilen ligne lignes línea riga righe linha regel linje
break: umbruch umbrüche 改行
dialog: dialogfenster dialogue diálogo dialogo 会話
window: fenster fenêtre ventana finestra janela venster vindu ウィンドウ
position: stelle posición posizione posição positie 位置
byte: bytes octet octets
wire: leitung draht fil cable
port: puerto porta poort
key: schlüssel clé clef clave llave chiave chave sleutel nøkkel
holiday: urlaub feiertag ferien vacances congé vacaciones ferie férias vakantie
meeting: besprechung sitzung treffen réunion reunión riunione reunião vergadering møte
colleague: kollege kollegen kollegin collègue colega collega
ask: frage fragen fragt demander preguntar chiedere perguntar vragen spørre
talk: reden sprechen parler hablar falo falar parlare praten snakke
state: stand zustand état estado pé stato stand
feature: funktion fonctionnalité función funzionalità funcionalidade functie
requirement: anforderung exigence requisito vereiste krav
allowed: darf dürfen erlaubt permis autorisé permitido permesso mag toegestaan lov
publish: veröffentlichen publier publicar pubblicare
guide: anleitung leitfaden guía guida guia handleiding veiledning
document: dokument unterlage documento
contract: vertrag verträge contrat contrato contratto contract avtale
tried: versucht probiert essayé intentado probado provato tentato tentado geprobeerd prøvd
thought: gedanke gedanken pensée pensées pensamiento pensiero pensamento gedachte tanke
italics: kursiv italique cursiva corsivo itálico cursief
chapter: kapitel chapitre capítulo capitolo hoofdstuk
book: buch bücher livre libro livro boek bok
weather: wetter météo tiempo meteo weer vær
temperature: temperatur température temperatura temperatuur
machine: maschine máquina macchina
cost: kosten kostet coûte coût cuesta coste costo costa custo kost
money: geld argent dinero soldi dinheiro penger
week: woche semaine semana settimana uke
month: monat mois mes mese mês maand måned
today: heute aujourdhui hoy oggi hoje vandaag idag
tomorrow: morgen demain mañana domani amanhã imorgen
yesterday: gestern hier ayer ieri ontem gisteren igår
old: alt alte alten vieux ancien viejo antiguo vecchio velho antigo oud gammel
difference: unterschied différence diferencia differenza diferença verschil forskjell forskjellen
example: beispiel exemple ejemplo esempio exemplo voorbeeld eksempel
generally: allgemein général
explain: erkläre erklär expliquer explique explica spiegami explicar leg
remote: entfernt distant remoto
image: foto fotos photo
warning: warnung avertissement aviso avviso
owner: besitzer eigentümer propriétaire dueño propietario proprietario dono eigenaar eier
approve: genehmigen freigeben approuver aprobar approvare aprovar goedkeuren
limit: grenze limite límite limiet grense
secret: geheimnis geheim secreto segreto segredo geheimen
sign: unterschreiben unterschrift signer firmar firma assinar tekenen
print: drucken druck imprimer imprimir stampare afdrukken
safe: sicher sûr seguro sicuro veilig trygg
quality: qualität qualité calidad qualità qualidade kwaliteit
supplier: lieferant fournisseur proveedor fornitore fornecedor leverancier
room: raum zimmer salle habitación stanza sala kamer rom
patient: patienten paciente paziente
sample: probe proben échantillon muestra campione amostra monster prøve
student: schüler studenten élève étudiant alumno studente aluno leerling elev
event: veranstaltung événement evento evenement arrangement
"""


def _table() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for line in _TABLE.strip().splitlines():
        english, others = line.split(": ")
        for word in others.split():
            found[word] = (*found.get(word, ()), english)
    return found


FOREIGN = _table()
